//! The administrator's API as a person uses it, over real TLS: lists and files, tags, sessions and passwords, managed
//! profiles over time, history (RUN-1, RUN-7, RUN-9, USR-1, USR-3, USR-7, USR-9, PRO-2 to PRO-7, HIS-2, HIS-5, CON-1).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod admin_api {
    mod accounts;
    mod company;
    mod enrolments;
    mod erase;
    mod lists;
    mod profiles;
    mod records;
    mod sessions;
    mod silos;
    mod tags;
    mod tokens;
}
