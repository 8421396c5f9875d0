//! Programs of this machine that something is handed to.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::config::Environment;

/// Where programs are looked for; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Programs(Arc<[PathBuf]>);

impl Programs {
    /// The folders of `PATH`. Only absolute ones: what lies about in the present folder is not run.
    pub fn of(environment: &Environment) -> Self {
        let folders = environment.get("PATH").map(env::split_paths).into_iter().flatten();
        Self(folders.filter(|folder| folder.is_absolute()).collect())
    }

    /// The first program of this name.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.0.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
    }
}
