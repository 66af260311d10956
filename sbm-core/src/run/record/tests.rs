use super::*;

#[test]
fn a_long_text_is_cut_at_a_character_his_1() {
    assert_eq!(cut("äöü", 3), "ä");
    assert_eq!(cut("a\0b", 9), "a b");
    assert_eq!(cut("", 0), "");
}

#[test]
fn a_record_within_its_bounds_is_taken_and_one_beyond_is_told_his_1() {
    let text = r#"{"id":"01a1ffb613c375a5a5a5a5a5a5a5a5a5","sequence":1,"installation":"07070707070707070707070707070707",
        "computer":"pc","user":"carol","profile":{"name":"x"},"thread_start":1,"profile_start":1,"result":"success","end":2}"#;
    let good: RunRecord = serde_json::from_str(text).unwrap();
    let with = |change: fn(&mut RunRecord)| {
        let mut record = good.clone();
        change(&mut record);
        record.check()
    };
    for within in [with(|_| {}), with(|r| r.sequence = MAX_SEQUENCE), with(|r| r.start.utc_offset = -18 * 60)] {
        assert_eq!(within, Ok(()));
    }
    for beyond in [
        with(|r| r.sequence = 0),
        with(|r| r.sequence = MAX_SEQUENCE + 1),
        with(|r| r.sequence = u64::MAX),
        with(|r| r.start.utc_offset = i32::MIN),
        with(|r| r.start.utc_offset = 18 * 60 + 1),
        with(|r| r.finish.bytes_copied = u64::MAX),
        with(|r| r.computer = "x".repeat(MAX_NAME + 1)),
        with(|r| r.finish.error = "nul\0".into()),
        with(|r| r.start.thread_start = Timestamp::from_millis(-1)),
        with(|r| r.start.profile_start = Timestamp::from_millis(i64::MAX)),
        with(|r| r.start.group_start = Some(Timestamp::from_millis(i64::MIN))),
        with(|r| r.finish.end = LATEST.plus(1)),
    ] {
        assert_eq!(beyond, Err(Code::InvalidRecord));
    }
    for within in [with(|r| r.start.profile_start = EARLIEST), with(|r| r.finish.end = LATEST)] {
        assert_eq!(within, Ok(()));
    }
    assert_eq!(
        (EARLIEST.to_rfc3339().as_str(), LATEST.to_rfc3339().as_str()),
        ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z")
    );
}

#[test]
fn what_a_wrong_clock_said_is_brought_within_bounds_and_the_record_is_taken_his_1() {
    let wrong = [i64::MIN, -1, i64::MAX].map(Timestamp::from_millis);
    for (wrong, right) in wrong.into_iter().zip([EARLIEST, EARLIEST, LATEST]) {
        let mut start = RunStart::new("x", Trigger::Manual, wrong);
        start.group_start = Some(wrong);
        let mut end = RunEnd::new(RunResult::Success, wrong);
        start.cut();
        end.cut();
        assert_eq!([start.thread_start, start.profile_start, start.group_start.unwrap(), end.end], [right; 4]);
    }
}

#[test]
fn numbers_and_names_of_the_enums_go_both_ways() {
    for (index, result) in RunResult::ALL.iter().enumerate() {
        assert_eq!(RunResult::from_number(index as i32 + 1), Some(*result));
    }
    assert_eq!(Trigger::from_number(0), None);
    assert_eq!(ProfileKind::Mirror.name(), "mirror");
}
