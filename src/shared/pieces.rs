//! Files that are made piece by piece: whoever makes one gives its bytes on, and holds few of them.

/// Takes the next bytes of a file, on whichever thread they are made.
pub type Put<'p> = dyn FnMut(&[u8]) -> anyhow::Result<()> + Send + 'p;

/// The bytes of a file that is small enough to be held.
///
/// # Errors
/// Of who makes it.
pub fn in_memory(make: impl FnOnce(&mut Put<'_>) -> anyhow::Result<()>) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    make(&mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(bytes)
}
