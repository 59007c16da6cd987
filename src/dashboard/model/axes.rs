//! Settings of a view's axes, and a short description of them.

use super::settings;
use super::state::State;
use super::view::View;
use crate::numbers::sig;
use crate::scenario::EFFECTIVE_RANK;
use crate::scenario::parameter::{Parameter, parameters};
use crate::study::CurveId;

impl State {
    /// Whether a compared curve is that of the scenario's featurization, which is always drawn.
    #[must_use]
    pub fn chosen_is(&self, id: CurveId) -> bool {
        let fixed =
            matches!(id, CurveId::Floor | CurveId::LeastSquares | CurveId::Weights | CurveId::BestWeights);
        !fixed && id.featurization().as_ref() == Some(&self.scenario.featurization)
    }

    /// The settings of the view's axes.
    #[must_use]
    pub fn settings(&self) -> Vec<Parameter> {
        let curve = |p: &Parameter| CurveId::ALL.into_iter().any(|id| settings::key(id) == p.key);
        let mut all = self.display.parameters(&self.scenario, self.view);
        all.retain(|p| !curve(p));
        // Stacked areas require a linear axis.
        let stacked = self.shown.as_ref().is_some_and(|shown| self.display.terms.stacks(shown));
        if stacked && all.iter().any(|p| p.key == "view.stacked") {
            all.retain(|p| p.key != "view.risk-scale");
        }
        all
    }

    /// Short description of the axes: `n/p · log risk`.
    #[must_use]
    pub fn axes(&self) -> String {
        let all = self.settings();
        let word = |key: &str| -> Option<String> {
            let setting = all.iter().find(|p| p.key == key)?;
            Some(setting.value.number().map_or_else(|| setting.value.to_string(), |value| sig(value, 3)))
        };
        // Label of a scenario parameter.
        let axis = |key: &str| {
            let name = word(key).unwrap_or_default();
            if name == EFFECTIVE_RANK {
                return "effective rank".to_owned();
            }
            let numbers = parameters(&self.scenario);
            numbers.into_iter().find(|p| p.key == name).map_or(name, |p| p.label.to_owned())
        };
        let log = |key: &str| if word(key).as_deref() == Some("log") { "log " } else { "" };
        match self.view {
            View::Risk | View::Variance => {
                let x = axis("view.x");
                let metric = word("view.metric").unwrap_or_else(|| "risk".into());
                let spacing = [log("view.x-scale"), log("view.ratio-scale")].concat();
                // AUC and other metrics than the risk are on a linear axis.
                let of_risk = if metric == "risk" { log("view.risk-scale") } else { "" };
                format!("{spacing}{x} · {of_risk}{metric}")
            }
            View::Selection => format!("{}rank", log("view.rank-scale")),
            View::Phase => {
                let [x, y] = ["view.phase-x", "view.phase-y"].map(axis);
                format!("{x} · {y}")
            }
            View::Data => "log rank · log".into(),
        }
    }
}
