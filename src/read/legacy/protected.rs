//! Workbooks encrypted with the password that every spreadsheet program knows: a protection against changes, not
//! against reading. Programs open them without asking for a password, and they are read here likewise. Only the kind of
//! encryption written by Excel 2013 and later and by WPS is supported; a workbook with its own password stays closed.

use std::io::{Cursor, Read as _};

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut as _, KeyIvInit as _};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::records::{u16_at, u32_at};
use crate::read::gate::xml::{Tag, Token, Tokens};

/// The password.
const PASSWORD: &str = "VelvetSweatshop";
/// Programs hash a password 100,000 times; a file that requires far more is not worth the time.
const MOST_SPINS: u32 = 1_000_000;
/// The package is encrypted in pieces of this size.
const SEGMENT: usize = 4096;

/// The workbook inside an encrypted container, if the known password opens it.
pub(super) fn unlocked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = |name: &str| {
        let mut content = Vec::new();
        container.open_stream(name).ok()?.take(bytes.len() as u64).read_to_end(&mut content).ok()?;
        Some(content)
    };
    let (info, package) = (stream("/EncryptionInfo")?, stream("/EncryptedPackage")?);
    let agile = (u16_at(&info, 0)?, u16_at(&info, 2)?) == (4, 4);
    Locks::read(info.get(8..).filter(|_| agile)?)?.open(&package)
}

/// The supported hash algorithms.
#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, first: &[u8], second: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::new().chain_update(first).chain_update(second).finalize().to_vec(),
            Self::Sha384 => Sha384::new().chain_update(first).chain_update(second).finalize().to_vec(),
            Self::Sha512 => Sha512::new().chain_update(first).chain_update(second).finalize().to_vec(),
        }
    }
}

/// The encryption parameters of one item.
struct Lock {
    salt: Vec<u8>,
    hash: Hash,
    /// Length of the key in bytes.
    key: usize,
}

impl Lock {
    fn of(tag: &Tag<'_>) -> Option<Self> {
        let hash = match tag.get("hashAlgorithm")? {
            "SHA256" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            "SHA512" => Hash::Sha512,
            _ => return None,
        };
        let is_known =
            tag.get("cipherAlgorithm") == Some("AES") && tag.get("cipherChaining") == Some("ChainingModeCBC");
        let bits = tag.get("keyBits")?.parse::<usize>().ok().filter(|_| is_known)?;
        Some(Self { salt: base64(tag.get("saltValue")?)?, hash, key: bits / 8 })
    }
}

/// The container's description of its encryption.
struct Locks {
    package: Lock,
    password: Lock,
    spins: u32,
    /// A random text and its hash, for testing a password, and the key of the package.
    tried: Vec<u8>,
    hashed: Vec<u8>,
    key: Vec<u8>,
}

impl Locks {
    fn read(xml: &[u8]) -> Option<Self> {
        let mut tokens = Tokens::new(xml).ok()?;
        let mut package = None;
        loop {
            match tokens.next().ok()? {
                Token::Open(tag) if tag.name() == "keyData" => package = Some(Lock::of(&tag)?),
                Token::Open(tag) if tag.name() == "encryptedKey" => {
                    let bytes = |key: &str| base64(tag.get(key)?);
                    return Some(Self {
                        package: package?,
                        password: Lock::of(&tag)?,
                        spins: tag.get("spinCount")?.parse().ok().filter(|spins| *spins <= MOST_SPINS)?,
                        tried: bytes("encryptedVerifierHashInput")?,
                        hashed: bytes("encryptedVerifierHashValue")?,
                        key: bytes("encryptedKeyValue")?,
                    });
                }
                Token::End => return None,
                _ => {}
            }
        }
    }

    /// The package, if the known password is correct.
    fn open(&self, package: &[u8]) -> Option<Vec<u8>> {
        let Lock { salt, hash, key: length } = &self.password;
        let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let spun = (0..self.spins).fold(hash.of(salt, &password), |spun, spin| hash.of(&spin.to_le_bytes(), &spun));
        let open = |locked: &[u8], purpose: [u8; 8]| {
            let mut key = hash.of(&spun, &purpose);
            key.resize(*length, 0x36);
            decrypted(&key, salt, locked)
        };
        let tried = open(&self.tried, [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79])?;
        let hashed = open(&self.hashed, [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E])?;
        let own = hash.of(tried.get(..salt.len())?, &[]);
        if !hashed.starts_with(&own) {
            return None;
        }
        let mut key = open(&self.key, [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6])?;
        key.truncate(self.package.key);
        let mut out = Vec::new();
        for (segment, number) in package.get(8..)?.chunks(SEGMENT).zip(0_u32..) {
            let start = self.package.hash.of(&self.package.salt, &number.to_le_bytes());
            out.extend(decrypted(&key, &start, segment)?);
        }
        // The last block is padded after the package.
        out.truncate(u32_at(package, 0)? as usize);
        Some(out)
    }
}

/// Bytes decrypted with a key; of the starting value only the first block is used.
fn decrypted(key: &[u8], start: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let start = start.get(..16)?;
    let mut bytes = bytes.to_vec();
    let length = match key.len() {
        16 => {
            cbc::Decryptor::<aes::Aes128>::new_from_slices(key, start).ok()?.decrypt_padded_mut::<NoPadding>(&mut bytes)
        }
        24 => {
            cbc::Decryptor::<aes::Aes192>::new_from_slices(key, start).ok()?.decrypt_padded_mut::<NoPadding>(&mut bytes)
        }
        32 => {
            cbc::Decryptor::<aes::Aes256>::new_from_slices(key, start).ok()?.decrypt_padded_mut::<NoPadding>(&mut bytes)
        }
        _ => return None,
    };
    length.ok().map(<[u8]>::len)?;
    Some(bytes)
}

/// Bytes written in base 64.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.trim_end_matches('=').bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}
