//! What the allowlist costs, beside a plain loop over packed networks (10 rules) and the crate prefix-trie (1,000 rules),
//! in one run.
//!
//! Prints rows for `tests/bench.sh`: name, measured, unit, bound, met. What is compared takes turns, a batch of questions
//! each; a figure is the middle of its batches. A ratio is met up to 1.05: what two equal loops differ by in such a run.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::PrefixSet;
use sbm_core::allowlist::{IpPattern, Matcher, Rule};

const QUESTIONS: usize = 20_000;
const BATCH: usize = 500;
const ROUNDS: usize = 25;
const TOLERANCE: f64 = 1.05;

fn main() {
    for rules in [10, 1_000] {
        let world = World::new(rules);
        let hits = world.questions.iter().filter(|asked| world.matcher.admits(**asked)).count();
        eprintln!("{rules} rules: {hits} of {QUESTIONS} questions hit");
        let ours = |asked: IpAddr| world.matcher.admits(asked);
        let looped = |asked: IpAddr| world.packed.covers(asked);
        let trie = |asked: IpAddr| match asked {
            IpAddr::V4(address) => world.v4.is_covered(&Ipv4Net::from(address)),
            IpAddr::V6(address) => world.v6.is_covered(&Ipv6Net::from(address)),
        };
        for asked in &world.questions {
            assert_eq!([ours(*asked), trie(*asked)], [looped(*asked); 2], "{asked}");
        }
        let [ours, looped, trie] = middles(&world.questions, [&ours, &looped, &trie]);
        let (peer, name) = if rules == 10 { (looped, "a plain loop") } else { (trie, "prefix-trie") };
        let met = if ours <= TOLERANCE * peer { "yes" } else { "no" };
        println!("allow_{rules}_rules\t{ours:.1}\tns\t1.0 x {name} ({peer:.1} ns; within 5 %)\t{met}");
    }
}

/// Rules as offices have them: mostly IPv4 networks, and questions of which half hit.
struct World {
    matcher: Matcher,
    packed: Packed,
    v4: PrefixSet<Ipv4Net>,
    v6: PrefixSet<Ipv6Net>,
    questions: Vec<IpAddr>,
}

/// The loop that anybody would write: networks as base and mask, one after another.
struct Packed {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

impl Packed {
    fn covers(&self, asked: IpAddr) -> bool {
        match asked {
            IpAddr::V4(address) => self.v4.iter().any(|(base, mask)| address.to_bits() & mask == *base),
            IpAddr::V6(address) => self.v6.iter().any(|(base, mask)| address.to_bits() & mask == *base),
        }
    }
}

impl World {
    fn new(rules: usize) -> Self {
        let mut random = Random(0x00AB_CDEF_1234_5600 + rules as u64);
        let networks: Vec<IpNet> = (0..rules).map(|at| network(&mut random, at)).collect();
        let mut world = Self {
            matcher: Matcher::new(networks.iter().map(|network| Rule::from(IpPattern::parse(&network.to_string()).unwrap()))),
            packed: Packed { v4: Vec::new(), v6: Vec::new() },
            v4: PrefixSet::new(),
            v6: PrefixSet::new(),
            questions: (0..QUESTIONS).map(|at| question(&mut random, &networks, at)).collect(),
        };
        for network in networks {
            match network {
                IpNet::V4(network) => {
                    world.packed.v4.push((network.network().to_bits(), network.netmask().to_bits()));
                    world.v4.insert(network);
                }
                IpNet::V6(network) => {
                    world.packed.v6.push((network.network().to_bits(), network.netmask().to_bits()));
                    world.v6.insert(network);
                }
            }
        }
        world
    }
}

fn network(random: &mut Random, at: usize) -> IpNet {
    if at % 4 == 3 {
        let length = [32, 48, 56, 64, 64, 128][random.below(6)];
        let bits = 0x2000_u128 << 112 | u128::from(random.next()) << 50 & !(0xf000_u128 << 112) | u128::from(random.next());
        return IpNet::V6(Ipv6Net::new(Ipv6Addr::from(bits), length).unwrap().trunc());
    }
    let length = [16, 20, 22, 24, 24, 24, 26, 28, 30, 32, 32][random.below(11)];
    IpNet::V4(Ipv4Net::new(Ipv4Addr::from(random.half()), length).unwrap().trunc())
}

fn question(random: &mut Random, networks: &[IpNet], at: usize) -> IpAddr {
    match networks[random.below(networks.len())] {
        IpNet::V4(network) if at.is_multiple_of(2) => {
            Ipv4Addr::from(network.network().to_bits() | random.half() & !network.netmask().to_bits()).into()
        }
        IpNet::V6(network) if at.is_multiple_of(2) => {
            Ipv6Addr::from(network.network().to_bits() | u128::from(random.next()) & !network.netmask().to_bits()).into()
        }
        _ if at % 8 != 7 => Ipv4Addr::from(random.half()).into(),
        _ => Ipv6Addr::from(0x2001_u128 << 112 | u128::from(random.next()) << 48 | u128::from(random.next())).into(),
    }
}

/// The middle of each one's batches, in nanoseconds a question; they take turns.
fn middles<const N: usize>(questions: &[IpAddr], asked: [&dyn Fn(IpAddr) -> bool; N]) -> [f64; N] {
    let mut figures: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for batch in (0..ROUNDS).flat_map(|_| questions.chunks(BATCH)) {
        for (ask, figures) in asked.iter().zip(&mut figures) {
            let begun = Instant::now();
            for question in batch {
                black_box(ask(black_box(*question)));
            }
            figures.push(begun.elapsed().as_nanos() as f64 / batch.len() as f64);
        }
    }
    figures.map(|mut figures| {
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    })
}

/// Numbers that are the same at every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn half(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).unwrap()
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() >> 16) as usize % most
    }
}
