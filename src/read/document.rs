//! Files that assess itself wrote and reads back in full: results, manifests, the log of states. They must pass the
//! gate for inputs: a regular file, not a link, no larger than a limit.

use std::fmt;
use std::fs::{File, symlink_metadata};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::Context as _;

use crate::shared::i18n::Lang;

/// The largest accepted size in MiB: about five times the result of 20,000 units.
const MOST_MIB: u64 = 2048;

/// Why a file is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is a link.
    Link,
    /// It is a folder.
    Folder,
    /// It is a pipe, a device or similar.
    Special,
    /// It is larger than any file written by assess.
    Large,
}

impl Unfit {
    /// The catalogue key of the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "unfit.link",
            Self::Folder => "unfit.folder",
            Self::Special => "unfit.special",
            Self::Large => "unfit.large",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Lang::En.text(self.word()))
    }
}

impl std::error::Error for Unfit {}

/// Whether there is a regular file at a path; `false` if there is nothing.
///
/// # Errors
/// [`Unfit`] if there is something else, any other error if that cannot be determined.
pub fn is_there(path: &Path) -> anyhow::Result<bool> {
    let shown = || path.display().to_string();
    let kind = match symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(shown),
    };
    let unfit = match (kind.is_symlink(), kind.is_dir(), kind.is_file()) {
        (true, _, _) => Unfit::Link,
        (_, true, _) => Unfit::Folder,
        (_, _, false) => Unfit::Special,
        (_, _, true) => return Ok(true),
    };
    Err(unfit).with_context(shown)
}

/// Whether there is a folder at a path, following links; `false` if there is nothing.
///
/// # Errors
/// If that cannot be determined.
pub fn is_folder(path: &Path) -> anyhow::Result<bool> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// The bytes of a file; `None` if it does not exist.
///
/// # Errors
/// [`Unfit`] if it must not be opened, any other error if it cannot be read.
pub fn document(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    // Opening a pipe would wait forever, so the file type is checked first.
    if !is_there(path)? {
        return Ok(None);
    }
    let shown = || path.display().to_string();
    let most = MOST_MIB * 1024 * 1024;
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(shown)?;
    if file.metadata().with_context(shown)?.len() > most {
        return Err(Unfit::Large).with_context(shown);
    }
    file.take(most + 1).read_to_end(&mut bytes).with_context(shown)?;
    if bytes.len() as u64 > most {
        return Err(Unfit::Large).with_context(shown);
    }
    Ok(Some(bytes))
}

/// The bytes of a file that must exist.
///
/// # Errors
/// If it does not exist, is [`Unfit`], or cannot be read.
pub fn present(path: &Path) -> anyhow::Result<Vec<u8>> {
    document(path)?.ok_or_else(|| std::io::Error::from(ErrorKind::NotFound)).with_context(|| path.display().to_string())
}

/// The text of a file that must exist, in UTF-8.
///
/// # Errors
/// If it does not exist, is [`Unfit`], cannot be read, or is not UTF-8.
pub fn text_of(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(present(path)?).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_within_the_limit_are_opened() {
        let folder = tempfile::tempdir().expect("folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "1").expect("file");
        std::fs::create_dir(path("folder")).expect("folder");
        // A sparse file occupies no disk space but would take 3 GiB of memory.
        File::create(path("large")).and_then(|file| file.set_len(3 << 30)).expect("file");
        let unfit = |name: &str| document(&path(name)).expect_err(name).downcast::<Unfit>().expect("unfit");
        assert_eq!(document(&path("file")).expect("read"), Some(b"1".to_vec()));
        assert_eq!(document(&path("nothing")).expect("read"), None);
        assert!(present(&path("nothing")).is_err());
        assert_eq!((unfit("folder"), unfit("large")), (Unfit::Folder, Unfit::Large));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("file", path("link")).expect("link");
            std::os::unix::fs::symlink("nowhere", path("dangling")).expect("link");
            let _socket = std::os::unix::net::UnixListener::bind(path("socket")).expect("socket");
            assert_eq!((unfit("link"), unfit("dangling"), unfit("socket")), (Unfit::Link, Unfit::Link, Unfit::Special));
        }
    }
}
