//! A plan and what became of it, as text for people and as one JSON object for programs.

use std::io::{self, Write};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::{
    app::{
        direct,
        state::{self, Run, State, Step},
    },
    cli::Answering,
    model::{Key, Text},
    service::{Consequence, Receipt},
    ui::{self, theme::Theme},
};

/// Cells of a line of a plan.
const WIDTH: usize = 100;

/// A plan, as it was before it was confirmed.
pub(super) struct Plan {
    lines: Vec<String>,
    head: Value,
    rows: Vec<Value>,
    refused: Vec<Value>,
}

impl Plan {
    /// The plan in front.
    pub(super) fn of(state: &State, theme: &Theme) -> Option<Self> {
        let plan = direct::planned(state)?;
        let consequences =
            |list: &[Consequence]| -> Value { list.iter().map(|one| json!({"severity": one.severity.word(), "text": one.text})).collect() };
        let beforehand = match (plan.action.probe, plan.probe.problem(), plan.probe.value()) {
            (None, ..) => Value::Null,
            (_, Some(problem), _) => json!({"error": problem.line()}),
            (_, None, notes) => json!({"notes": consequences(notes.map_or(&[], Vec::as_slice))}),
        };
        let rows = plan.rows.iter().map(|row| {
            let mut object = place(state, &row.key, &row.resource.name);
            object["consequences"] = consequences(&row.consequences);
            object
        });
        let refused = plan.refused.iter().map(|(name, why)| json!({"name": name, "result": "left out", "words": why}));
        Some(Self {
            lines: lines(state, plan, theme),
            head: json!({"kind": plan.kind.id.0, "action": plan.action.id, "risk": format!("{:?}", plan.action.risk).to_lowercase(), "beforehand": beforehand}),
            rows: rows.collect(),
            refused: refused.collect(),
        })
    }

    /// True when every row that was asked for is in it.
    pub(super) fn complete(&self) -> bool {
        self.refused.is_empty()
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        self.lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// The plan that was not carried out, and why not; `null` where only the plan was wanted.
    pub(super) fn write_json(&self, why: Option<&str>, out: &mut impl Write) -> io::Result<()> {
        let rows = self.rows.iter().map(|row| with(row, "planned", ""));
        self.object(rows.collect(), &json!({"done": false, "why": why}), out)
    }

    fn object(&self, rows: Vec<Value>, more: &Value, out: &mut impl Write) -> io::Result<()> {
        let mut object = self.head.clone();
        for (key, value) in more.as_object().into_iter().flatten() {
            object[key] = value.clone();
        }
        object["rows"] = rows.into_iter().chain(self.refused.iter().cloned()).collect();
        writeln!(out, "{}", crate::runtime::json::pretty(&object))
    }
}

fn with(row: &Value, result: &str, words: &str) -> Value {
    let mut row = row.clone();
    row["result"] = json!(result);
    row["words"] = json!(words);
    row
}

fn place(state: &State, key: &Key, name: &Text) -> Value {
    let place = state.fleet.place(key.target);
    json!({"id": key.id, "name": name, "profile": place.profile, "account": place.account, "region": place.region})
}

/// What is planned for which rows, each by its name, and then what the screen says.
fn lines(state: &State, plan: &state::Plan, theme: &Theme) -> Vec<String> {
    let plural = if plan.rows.len() == 1 { "" } else { "s" };
    let mut lines = vec![format!("{} {} {}{plural}:", plan.action.id, plan.rows.len(), plan.kind.noun)];
    let short = |row: &state::Planned| ui::cut(row.resource.name.as_str(), WIDTH).into_owned();
    let names = plan.rows.iter().map(|row| short(row).width()).max().unwrap_or(0);
    lines.extend(plan.rows.iter().map(|row| {
        let name = short(row);
        let place = state.fleet.place(row.key.target);
        format!("  {name}{}  {}  {} {} {}", " ".repeat(names - name.width()), row.key.id, place.profile, place.account, place.region)
    }));
    lines.extend(ui::planned(state, plan, theme, WIDTH));
    lines.push(String::new());
    lines
}

/// What became of each row.
pub(super) fn outcome(
    state: &State,
    run: &Run,
    receipts: &[(Key, Receipt)],
    plan: &Plan,
    answering: Answering,
    out: &mut impl Write,
) -> io::Result<()> {
    let told = run.rows.iter().map(|(key, name, step)| {
        let receipt = receipts.iter().find(|(known, _)| known == key).map(|(_, receipt)| receipt);
        (key, name, result(step, receipt), receipt)
    });
    match answering {
        Answering::Json => {
            let rows = told.zip(&plan.rows).map(|((.., (result, words), receipt), row)| {
                let mut row = with(row, result, &words);
                row["report"] = receipt.map_or(Value::Null, |receipt| json!(receipt.report));
                row
            });
            let rows: Vec<Value> = rows.collect();
            let done = rows.iter().all(|row| row["result"] == "done");
            plan.object(rows, &json!({"done": done, "why": null}), out)
        }
        Answering::Text => {
            for (key, name, (result, words), receipt) in told {
                let words = if words.is_empty() { words } else { format!(": {words}") };
                writeln!(out, "{name}  {}  {}  {result}{words}", key.id, state.place(key.target))?;
                let report = receipt.map(|receipt| receipt.report.as_slice()).unwrap_or_default();
                report.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            }
            Ok(())
        }
    }
}

fn result(step: &Step, receipt: Option<&Receipt>) -> (&'static str, String) {
    let failure = receipt.and_then(|receipt| receipt.reply.as_ref()?.failure.as_ref());
    match (step, failure) {
        (Step::Done { .. } | Step::Following { .. }, Some(failure)) => ("failed", failure.to_string()),
        (Step::Done { .. }, None) => ("done", receipt.map(|receipt| receipt.note.to_string()).unwrap_or_default()),
        (Step::Failed(problem), _) => ("failed", problem.line()),
        (Step::Unsent, _) => ("not sent", "it was called off before it was sent".to_owned()),
        (Step::Calling | Step::Following { .. }, _) => ("not verified", "the time to wait is over: look at its state".to_owned()),
    }
}
