//! What is handed out of the program: tables as files and texts, texts to the clipboard; and the end of its own log.

use std::{path::PathBuf, sync::Arc};

use super::Job;
use crate::{
    app::{
        msg::Answer,
        sheet::{Form, Goal, Sheet},
    },
    model::{Problem, ProblemKind},
    runtime::{clipboard::Program, log, saving},
};

/// Bytes of the log's end that the screen shows: about a thousand lines.
const TAIL: u64 = 256 << 10;

impl Job {
    /// What would take longer than a key may wait is done beside the loop.
    pub(in crate::runtime::tasks) async fn write(self, sheet: Arc<Sheet>, form: Form, goal: Goal, tables: Option<PathBuf>) {
        let rows = sheet.rows.len();
        let writing = tokio::task::spawn_blocking(move || match goal {
            Goal::Clipboard => Answer::Composed { form, rows, text: saving::text(&sheet, form) },
            goal => Answer::Saved(rows, saving::save(&sheet, form, &goal, tables.as_deref())),
        });
        self.send(writing.await.unwrap_or_else(|error| Answer::Saved(rows, Err(error.to_string())))).await;
    }

    pub(in crate::runtime::tasks) async fn copy(self, text: String, program: Program) {
        let name = program.name();
        let copying = tokio::task::spawn_blocking(move || program.take(&text));
        let failed = match copying.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        self.send(Answer::Uncopied(format!("{name}: {failed}; clipboard = \"osc52\" asks the terminal"))).await;
    }

    pub(in crate::runtime::tasks) async fn log(self, folder: Option<PathBuf>) {
        let reading = tokio::task::spawn_blocking(move || {
            let folder = folder.ok_or("there is none: neither HOME nor XDG_STATE_HOME is set")?;
            log::tail(&folder, TAIL).map_err(|error| format!("{}: {error}", folder.display()))
        });
        let tail = reading.await.unwrap_or_else(|error| Err(error.to_string()));
        let unread = |why: String| Problem::new(ProblemKind::Invalid, format!("the log cannot be read: {why}"), "");
        self.send(Answer::Log(tail.map(Arc::new).map_err(unread))).await;
    }
}
