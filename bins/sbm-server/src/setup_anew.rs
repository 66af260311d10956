//! `sbm-server admin setup-code`: a new setup code in place of any, when the server that had it is lost (RUN-2).
//!
//! 1. It is for the owner of the data directory; of a shared database, for whoever has the key file too and gets in.
//! 2. The code of before counts no more, wherever its file lies. A server that was set up gets none.

use sbm_core::code::Code;
use sbm_core::directory::{Directory, Refusal};

use crate::config::Config;
use crate::data_dir::{Beside, DataDir, DataDirError, Holding, SetupCode};
use crate::place::{self, OpenedBeside};
use crate::service::refusal;
use crate::store::StoreError;
use crate::store::codes::{Instead, NewCode, PutCode};

/// Makes it; tells which file of which machine holds it.
///
/// # Errors
///
/// [`Code::AlreadyClaimed`], and what the data directory or the store say.
pub fn new_setup_code(config: &Config) -> Result<String, Refusal> {
    let (of_files, of_store) = (|error: DataDirError| refusal(error.code(), error.to_string()), told);
    let OpenedBeside { store, beside } = place::open_beside(config)?;
    let beside: Beside = match beside {
        Some(beside) => beside,
        None => DataDir::open_beside_for(&config.data_dir, Holding::Nothing).map_err(of_files)?,
    };
    if Directory::new(store.load().wait().map_err(of_store)?).server().claimed {
        return Err(refusal(
            Code::AlreadyClaimed,
            "the server has been set up already; a lost password of `admin` is mended by `sbm-server admin reset`",
        ));
    }
    let place = SetupCode::place(beside.path());
    // The file comes first: a code that counts is always in one.
    let code = SetupCode::issue_beside(&beside).map_err(of_files)?;
    let code = NewCode { hash: code.hash(), expires: None, place: place.clone() };
    match store.put_setup_code(code, Instead::OfAny).wait().map_err(of_store)? {
        PutCode::Kept => Ok(place),
        PutCode::There(_) => Err(Code::Internal.into()),
    }
}

fn told(error: StoreError) -> Refusal {
    refusal(error.code(), error.to_string())
}
