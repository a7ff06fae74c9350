//! manifest.json: what a version is based on and what it contains, every file by its hash.

use serde::{Deserialize, Serialize};

use crate::result::seal::Seal;
use crate::shared::place::{FileRecord, Role, RowSums};

/// The schema of a manifest.
pub const SCHEMA: &str = "assess.manifest/1";
/// The name of a version's manifest; a folder without it is not a version.
pub const MANIFEST: &str = "manifest.json";
/// This program and its version, as manifests name it.
pub const PROGRAM: &str = concat!("assess ", env!("CARGO_PKG_VERSION"));
/// The result document of a version.
pub const RESULT: &str = "result.json";
/// The single ratings of a version.
pub const RATINGS: &str = "ratings.csv";
/// The workbook of a version.
pub const WORKBOOK: &str = "result.xlsx";

/// An input or output file by hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    /// Path, below the project for inputs, below the version for outputs.
    pub path: String,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// What an input was read as.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<Role>,
    /// What became of the rows of an input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<RowSums>,
}

/// The parent of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its name.
    pub version: String,
    /// SHA-256 of its manifest.
    pub sha256: String,
    /// Its content seal.
    pub seal: Seal,
}

/// manifest.json: what a version is based on and what it contains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `assess.manifest/1`.
    pub schema: String,
    /// The version's name.
    pub version: String,
    /// The version it follows.
    pub parent: Option<Parent>,
    /// Program and version that wrote it.
    pub program: String,
    /// Why it was made.
    pub reason: Option<String>,
    /// The document that it is based on, where it follows a final version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub document: Option<String>,
    /// SHA-256 of the last line of the log of states at the time of writing, so that the log cannot lose that line
    /// unnoticed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub states: Option<String>,
    /// The date as of which the result holds.
    pub as_of: Option<String>,
    /// SHA-256 of model file and indicator table.
    pub model: String,
    /// Files that it is based on, in the order of paths.
    pub inputs: Vec<HashedFile>,
    /// Files that it contains besides this one.
    pub outputs: Vec<HashedFile>,
}

impl Manifest {
    /// Its content seal, as [`crate::result::seal`] defines it; only the hashes of result.json and ratings.csv need to be known.
    pub fn seal(&self) -> Seal {
        let mut content = self.clone();
        content.states = None;
        content.outputs.retain(|output| [RESULT, RATINGS].contains(&output.path.as_str()));
        let mut document = serde_json::to_value(&content).expect("a manifest is strings, numbers and lists");
        if let Some(parent) = document.get_mut("parent").and_then(serde_json::Value::as_object_mut) {
            parent.remove("sha256");
        }
        // The keys of a document are kept in order.
        Seal::of(document.to_string().as_bytes())
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// None that a manifest can cause.
    pub fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        Ok([serde_json::to_vec_pretty(self)?, b"\n".to_vec()].concat())
    }

    /// The files that a result is based on; files that are ignored or not adopted are not inputs.
    pub fn inputs_of(files: &[FileRecord]) -> Vec<HashedFile> {
        let used = files.iter().filter(|f| f.status.is_input());
        let mut inputs: Vec<HashedFile> = used
            .map(|f| HashedFile {
                path: f.path.clone(),
                sha256: f.sha256.clone(),
                size: f.size,
                role: Some(f.role),
                rows: f.row_sums,
            })
            .collect();
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        inputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let file = |path: &str| HashedFile { path: path.into(), sha256: "00".into(), size: 1, role: None, rows: None };
        Manifest {
            schema: "assess.manifest/1".into(),
            version: "v002".into(),
            parent: Some(Parent {
                version: "v001".into(),
                sha256: "11".into(),
                seal: Seal::parse("0123 4567 89ab cdef 0123").expect("a seal"),
            }),
            program: "assess 0".into(),
            reason: Some("更正".into()),
            document: None,
            states: Some("22".into()),
            as_of: None,
            model: "33".into(),
            inputs: vec![file("a.csv")],
            outputs: vec![file("result.xlsx"), file("result.json"), file("ratings.csv")],
        }
    }

    #[test]
    fn the_content_seal_is_the_hash_of_the_canonical_manifest() {
        // Written by hand from the rule above; its SHA-256 by sha256sum.
        let canonical = concat!(
            r#"{"as_of":null,"inputs":[{"path":"a.csv","sha256":"00","size":1}],"model":"33","outputs":["#,
            r#"{"path":"result.json","sha256":"00","size":1},{"path":"ratings.csv","sha256":"00","size":1}],"#,
            r#""parent":{"seal":"0123-4567-89ab-cdef-0123","version":"v001"},"program":"assess 0","#,
            r#""reason":"更正","schema":"assess.manifest/1","version":"v002"}"#,
        );
        assert_eq!(manifest().seal(), Seal::of(canonical.as_bytes()));
        assert_eq!(manifest().seal().to_string(), "a5c9-6727-5ae7-593b-1932");
    }

    #[test]
    fn what_is_printed_later_leaves_it_and_what_counts_does_not() {
        let seal = manifest().seal();
        let changed = |change: fn(&mut Manifest)| {
            let mut own = manifest();
            change(&mut own);
            own.seal() != seal
        };
        assert!(!changed(|own| own.outputs[0].sha256 = "44".into()), "the workbook");
        assert!(!changed(|own| own.states = None) && !changed(|own| own.parent.as_mut().unwrap().sha256 = "5".into()));
        assert!(changed(|own| own.outputs[1].sha256 = "44".into()) && changed(|own| own.outputs[2].size = 2));
        assert!(changed(|own| own.inputs[0].sha256 = "44".into()) && changed(|own| own.model = "44".into()));
        assert!(changed(|own| own.parent.as_mut().unwrap().seal = Seal::of(b"")) && changed(|own| own.reason = None));
    }
}
