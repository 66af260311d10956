use sbm_core::id::InstallationId;
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{Device, DeviceState, Group, Holder, HolderState};

use super::columns::{DEVICES, GROUPS, HOLDERS};
use super::*;

fn group(name: &str, users: usize) -> Group {
    Group {
        name: Name::new(name).unwrap(),
        description: Text::new(&format!("about {name}")).unwrap(),
        users,
        profiles: 0,
        account: None,
    }
}

fn groups() -> Vec<Group> {
    [("delta", 2), ("Alpha", 1), ("charlie", 2), ("Bravo", 0), ("echo", 2)].map(|(name, users)| group(name, users)).to_vec()
}

fn query(sort: Option<&str>, limit: Option<u32>, after: Option<String>) -> ListQuery {
    ListQuery { sort: sort.map(str::to_owned), limit, after, ..ListQuery::default() }
}

fn names(page: &Page<Group>) -> Vec<String> {
    page.items.iter().map(|group| group.name.to_string()).collect()
}

/// All pages of that size, one after the other; `change` may change the rows between them.
fn turned(sort: Option<&str>, limit: u32, change: impl Fn(usize, &mut Vec<Group>)) -> Vec<String> {
    let (mut rows, mut after, mut seen) = (groups(), None, Vec::new());
    for turn in 0.. {
        let page = GROUPS.page(&query(sort, Some(limit), after), rows.clone()).unwrap();
        seen.extend(names(&page));
        after = page.next;
        if after.is_none() {
            return seen;
        }
        change(turn, &mut rows);
    }
    seen
}

#[test]
fn every_size_of_page_gives_the_same_whole_in_every_order_con_1() {
    for (sort, whole) in [
        (None, ["Alpha", "Bravo", "charlie", "delta", "echo"]),
        (Some("name"), ["Alpha", "Bravo", "charlie", "delta", "echo"]),
        (Some("-name"), ["echo", "delta", "charlie", "Bravo", "Alpha"]),
        (Some("users"), ["Bravo", "Alpha", "charlie", "delta", "echo"]),
        (Some("-users"), ["echo", "delta", "charlie", "Alpha", "Bravo"]),
        (Some("profiles"), ["Alpha", "Bravo", "charlie", "delta", "echo"]),
    ] {
        for limit in 1..=6 {
            assert_eq!(turned(sort, limit, |_, _| {}), whole, "{sort:?} by {limit}");
        }
    }
}

#[test]
fn a_page_goes_on_where_it_was_whatever_comes_and_goes_con_1() {
    let came = |turn: usize, rows: &mut Vec<Group>| {
        rows.retain(|group| !(turn == 0 && group.name.as_str() == "Bravo"));
        rows.push(group(&format!("aaa {turn}"), 0));
    };
    assert_eq!(turned(None, 2, came), ["Alpha", "Bravo", "charlie", "delta", "echo"]);
    let behind = |turn: usize, rows: &mut Vec<Group>| rows.extend((turn == 0).then(|| group("zulu", 0)));
    assert_eq!(turned(None, 2, behind), ["Alpha", "Bravo", "charlie", "delta", "echo", "zulu"]);
}

/// The accounts of all pages of seven.
fn turned_by_account<T: Clone>(list: &List<T>, rows: &[T], account: impl Fn(&T) -> Option<String>) -> Vec<String> {
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = list.page(&query(None, Some(7), after), rows.to_vec()).unwrap();
        seen.extend(page.items.iter().filter_map(&account));
        after = page.next;
        if after.is_none() {
            return seen;
        }
    }
}

#[test]
fn an_installation_that_is_a_device_of_many_accounts_is_on_every_page_con_1_acc_10() {
    let whole: Vec<String> = (0..20).map(|number| format!("root>customer {number:02}")).collect();
    let (installation, computer, user) = (InstallationId::from_bytes([7; 16]), "cloud".to_owned(), Name::new("c2c").unwrap());
    let devices: Vec<Device> = whole
        .iter()
        .map(|account| Device {
            installation,
            computer: computer.clone(),
            program: String::new(),
            user: user.clone(),
            enrolled: Timestamp::default(),
            last_seen: None,
            account: Some(account.clone()),
            state: Some(DeviceState::Active),
            replaced: false,
        })
        .collect();
    assert_eq!(turned_by_account(&DEVICES, &devices, |device| device.account.clone()), whole);
    let holders: Vec<Holder> = whole
        .iter()
        .map(|account| Holder {
            installation,
            computer: computer.clone(),
            user: user.clone(),
            state: HolderState::Installed,
            revision: 1,
            fetched_at: Timestamp::default(),
            answered_at: None,
            failure: None,
            last_seen: None,
            account: Some(account.clone()),
        })
        .collect();
    assert_eq!(turned_by_account(&HOLDERS, &holders, |holder| holder.account.clone()), whole);
}

#[test]
fn a_search_finds_a_text_in_any_case_and_in_every_column_of_text() {
    let found = |text: &str| names(&GROUPS.page(&ListQuery { q: Some(text.into()), ..ListQuery::default() }, groups()).unwrap());
    assert_eq!(found("ALPHA"), ["Alpha"]);
    assert_eq!(found("about c"), ["charlie"]);
    assert_eq!(found(""), ["Alpha", "Bravo", "charlie", "delta", "echo"]);
    assert!(found("2").is_empty(), "a number is no text");
}

#[test]
fn what_a_list_does_not_know_is_refused_by_its_name_con_1() {
    let refused = |query: ListQuery| {
        let error = GROUPS.page(&query, groups()).unwrap_err();
        assert_eq!(error.code(), Code::InvalidQuery);
        error.to_string()
    };
    assert!(refused(query(Some("colour"), None, None)).contains("`colour`"));
    assert!(refused(query(Some("--name"), None, None)).contains("`-name`"));
    assert!(refused(query(Some(""), None, None)).contains("``"));
    assert!(refused(ListQuery { disabled: Some(true), ..ListQuery::default() }).contains("`disabled`"));
    let group = Some("Sales".to_owned());
    assert!(refused(ListQuery { group, ..ListQuery::default() }).contains("it knows `q`"));
    for cursor in ["", "x", "e30", "bnVsbA", &"A".repeat(10_000)] {
        refused(query(None, None, Some(cursor.to_owned())));
    }
    let next = GROUPS.page(&query(Some("users"), Some(1), None), groups()).unwrap().next;
    assert!(refused(query(Some("-users"), None, next)).contains("`users`"));
}

#[test]
fn a_limit_is_kept_within_its_bounds() {
    let many: Vec<Group> = (0..1_200).map(|number| group(&format!("g{number:04}"), 0)).collect();
    for (limit, size) in [(None, 100), (Some(0), 1), (Some(7), 7), (Some(500), 500), (Some(u32::MAX), 500)] {
        assert_eq!(GROUPS.page(&query(None, limit, None), many.clone()).unwrap().items.len(), size);
    }
}

#[tokio::test]
async fn a_file_has_a_header_all_rows_and_no_formula_his_5() {
    use http_body_util::BodyExt as _;
    let mut rows: Vec<Group> = ["=1+1", "+x", "-x", "@x", "a,b", "a\"b", "plain"].map(|name| group(name, 3)).to_vec();
    rows[6].description = Text::new("\ttab\nand line").unwrap();
    let response = answer(&GROUPS, ListQuery::default(), Wanted::File, move || rows).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"groups.csv\"");
    let file = response.into_body().collect().await.unwrap().to_bytes();
    let lines = [
        "name,description,users,profiles,account",
        "'+x,about +x,3,0,",
        "'-x,about -x,3,0,",
        "'=1+1,about =1+1,3,0,",
        "'@x,about @x,3,0,",
        "\"a\"\"b\",\"about a\"\"b\",3,0,",
        "\"a,b\",\"about a,b\",3,0,",
        "plain,\"'\ttab\nand line\",3,0,",
        "",
    ];
    assert_eq!(String::from_utf8(file.to_vec()).unwrap(), lines.join("\r\n"));
    for part in [query(None, Some(1), None), query(None, None, Some("x".into()))] {
        assert_eq!(answer(&GROUPS, part, Wanted::File, groups).await.unwrap_err().code(), Code::InvalidQuery);
    }
}

#[tokio::test]
async fn a_file_from_the_store_comes_page_by_page_and_never_half_his_5() {
    use http_body_util::BodyExt as _;
    let page = |from: usize, next: Option<&str>| Page {
        items: (from..from + 2).map(|number| group(&format!("g{number}"), 0)).collect(),
        next: next.map(str::to_owned),
    };
    let read = async |fails: bool| {
        let more = move |cursor: String| async move {
            match cursor.as_str() {
                "one" => Ok(page(2, Some("two"))),
                "two" if fails => Err(crate::store::StoreError::DiskFull),
                _ => Ok(page(4, None)),
            }
        };
        let response = file::paged("groups", GROUPS.columns, page(0, Some("one")), more).unwrap();
        response.into_body().collect().await.map(http_body_util::Collected::to_bytes)
    };
    let whole = String::from_utf8(read(false).await.unwrap().to_vec()).unwrap();
    assert_eq!(whole.lines().count(), 7);
    assert!(whole.ends_with("g5,about g5,0,0,\r\n"));
    assert!(read(true).await.is_err(), "half a file is none");
}
