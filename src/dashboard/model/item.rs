//! Items that can be copied or exported, one record for each; `dashboard/app/share.rs` creates them.

use std::path::PathBuf;

use super::view::View;

/// Destination of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// To the terminal's clipboard (OSC 52), which works over SSH.
    Copy,
    Export,
}

/// An item to copy or export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Readout,
    /// The command line that prints the readout's numbers.
    Numbers,
    /// The command line that makes the view's picture.
    Command,
    Scenario,
    Csv,
    Svg,
    Png,
    /// The whole screen.
    Screen,
}

/// The record of an item, apart from how it is created.
#[derive(Debug)]
pub struct Record {
    pub item: Item,
    pub words: &'static str,
    /// Suggested file name; `{name}` is the scenario's and `{view}` the view's.
    pub file: &'static str,
    /// Whether the item is text that the clipboard can hold.
    pub copied: bool,
    /// Whether the item is made from the view's table; it exists only if the view has one.
    pub table: bool,
}

const fn record(item: Item, words: &'static str, file: &'static str, copied: bool, table: bool) -> Record {
    Record { item, words, file, copied, table }
}

/// Records in the order of the lists: the most frequent exports and copies first.
pub static ITEMS: [Record; 8] = [
    record(Item::Svg, "the view as a figure, SVG", "{name}-{view}.svg", false, false),
    record(Item::Png, "the view as a figure, PNG", "{name}-{view}.png", false, false),
    record(Item::Csv, "the view's numbers, as CSV", "{name}-{view}.csv", false, true),
    record(Item::Screen, "the screen, as SVG", "{name}-{view}-screen.svg", false, false),
    record(Item::Command, "the command line that makes this view", "{name}-command.txt", true, false),
    record(Item::Numbers, "the command line that prints these numbers", "{name}-command.txt", true, false),
    record(Item::Readout, "the readout, as text", "{name}-readout.txt", true, false),
    record(Item::Scenario, "the scenario, as TOML", "{name}.toml", true, false),
];

impl Item {
    /// The record of the item.
    #[must_use]
    pub fn record(self) -> &'static Record {
        ITEMS.iter().find(|r| r.item == self).unwrap_or(&ITEMS[0])
    }

    /// Suggested file name for a scenario of this name in this view.
    #[must_use]
    pub fn file(self, scenario: &str, view: View) -> String {
        self.record().file.replace("{name}", &file_name(scenario)).replace("{view}", view.name())
    }
}

/// The items of a view for one destination.
pub fn offered(view: View, destination: Destination) -> impl Iterator<Item = &'static Record> {
    let table = view.record().table;
    ITEMS.iter().filter(move |r| if destination == Destination::Copy { r.copied } else { table || !r.table })
}

/// The scenario's name as a file name without ending.
#[must_use]
pub fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub item: Item,
    pub path: PathBuf,
    /// Whether the user has confirmed replacing the file.
    pub overwrite: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_its_record() {
        for record in &ITEMS {
            assert!(std::ptr::eq(record.item.record(), record), "{record:?}");
        }
        assert_eq!(Item::Screen.file("My scenario", View::Phase), "my-scenario-phase-screen.svg");
        assert_eq!(file_name("Two levels (ε)"), "two-levels--ε-");
    }
}
