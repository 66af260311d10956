use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn code<T>(result: Result<T, Code>) -> Code {
    result.err().unwrap_or(Code::Ok)
}

#[test]
fn a_place_that_is_kept_and_not_filled_is_given_back() {
    let table: Table<u8, 1> = Table::new(Kind::Client, 100);
    let place = table.reserve().ok().unwrap();
    assert_eq!(code(table.insert(7)), Code::TooManyHandles);
    drop(place);
    let handle = table.reserve().ok().unwrap().fill(7);
    assert_eq!(code(table.get(handle)), Code::Ok);
    assert_eq!(code(table.reserve().map(drop)), Code::TooManyHandles);
}

#[test]
fn a_handle_is_open_until_it_is_closed_and_then_never_again() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let table: Table<Counted, 4> = Table::new(Kind::Client, 100);
    let handle = table.insert(Counted(Arc::clone(&dropped))).unwrap();
    assert_eq!(code(table.get(handle)), Code::Ok);
    assert_eq!(table.close(handle), Ok(()));
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    assert_eq!(code(table.get(handle)), Code::BadHandle);
    assert_eq!(table.close(handle), Err(Code::BadHandle));
    for _ in 0..8 {
        table.insert(Counted(Arc::clone(&dropped))).and_then(|other| table.close(other)).unwrap();
        assert_eq!(code(table.get(handle)), Code::BadHandle);
    }
    assert_eq!(dropped.load(Ordering::SeqCst), 9);
}

#[test]
fn a_handle_of_another_kind_or_slot_is_refused() {
    let table: Table<u8, 4> = Table::new(Kind::Client, 100);
    let handle = table.insert(7).unwrap();
    assert_eq!(code(table.get(Handle { kind: Kind::Run, ..handle })), Code::BadHandle);
    assert_eq!(code(table.get(Handle { slot: 3, ..handle })), Code::BadHandle);
    assert_eq!(code(table.get(Handle { slot: 4_000, ..handle })), Code::BadHandle);
    assert_eq!(code(table.get(Handle { generation: 1, ..handle })), Code::BadHandle);
}

#[test]
fn a_full_table_is_a_code_and_a_closed_handle_makes_room() {
    let table: Table<u8, 2> = Table::new(Kind::Run, 100);
    let first = table.insert(1).unwrap();
    table.insert(2).unwrap();
    assert_eq!(table.insert(3), Err(Code::TooManyHandles));
    table.close(first).unwrap();
    assert!(table.insert(3).is_ok());
}

#[test]
fn a_slot_whose_generations_are_used_up_retires() {
    let table: Table<u8, 1> = Table::new(Kind::Run, 2);
    let handles: Vec<Handle> = (0..3)
        .map(|value| {
            let handle = table.insert(value).unwrap();
            table.close(handle).unwrap();
            handle
        })
        .collect();
    assert_eq!(handles.iter().map(|handle| handle.generation).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(table.insert(9), Err(Code::TooManyHandles));
    assert!(handles.into_iter().all(|handle| code(table.get(handle)) == Code::BadHandle));
}

#[test]
fn a_value_in_use_outlives_its_free_and_is_dropped_by_the_last_one_out() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let table: Table<Counted, 1> = Table::new(Kind::Client, 100);
    let handle = table.insert(Counted(Arc::clone(&dropped))).unwrap();
    let first = table.get(handle).unwrap();
    let second = table.get(handle).unwrap();
    table.close(handle).unwrap();
    assert_eq!(code(table.get(handle)), Code::BadHandle);
    assert_eq!(code(table.insert(Counted(Arc::new(AtomicUsize::new(0))))), Code::TooManyHandles);
    drop(first);
    assert_eq!(dropped.load(Ordering::SeqCst), 0);
    drop(second);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    assert!(table.insert(Counted(dropped)).is_ok());
}

#[test]
fn many_threads_open_use_and_close_and_each_value_is_dropped_once() {
    const ROUNDS: usize = 2_000;
    let dropped = Arc::new(AtomicUsize::new(0));
    let table: Table<Counted, 8> = Table::new(Kind::Client, u32::MAX);
    let closed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let handle = table.insert(Counted(Arc::clone(&dropped))).unwrap();
                    // Another thread closes what this one is using; exactly one of the two succeeds.
                    std::thread::scope(|inner| {
                        let used = table.get(handle).unwrap();
                        if handle.generation.is_multiple_of(64) {
                            inner.spawn(|| closed.fetch_add(usize::from(table.close(handle).is_ok()), Ordering::SeqCst));
                        }
                        assert!(used.0.load(Ordering::SeqCst) <= 4 * ROUNDS);
                    });
                    closed.fetch_add(usize::from(table.close(handle).is_ok()), Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(closed.load(Ordering::SeqCst), 4 * ROUNDS);
    assert_eq!(dropped.load(Ordering::SeqCst), 4 * ROUNDS);
}
