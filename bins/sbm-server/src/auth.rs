//! Who is asking: passwords, tokens, sessions, and the brake on guessing (RUN-6, RUN-7).

pub mod factor;
pub mod password;
pub mod session;
pub mod throttle;
pub mod token;

pub use password::{Passwords, Verified};
pub use session::{NewSession, Session, Sessions};
pub use throttle::{Throttle, Wait};
pub use token::{IssuedToken, ParsedToken, TokenKey};
