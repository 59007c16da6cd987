//! The risk view: the risk of the chosen featurization and those it is compared with against n/p, with divergences.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Picture, beside, curves, logistic, measured, on_paper, pen, sentence};
use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::view::command_line;
use crate::figure::{self, Figure, cells, encoders, headline, risk};
use crate::report::command::{flag, line_of_several};
use crate::study::{Analysis, Curve, CurveSpec, Variable};

pub(super) static PICTURE: Picture = Picture {
    draw,
    figure: |state| Some(Figure::of(&state.scenario.name, on_paper(picture(state)?))),
    headline: |state| sentence(state, headline::of),
    table: |state| Some(curves(state, &state.display.compared)),
    command,
};

fn picture(state: &State) -> Option<figure::Plot> {
    let shown = state.shown.as_ref()?;
    let frozen: Vec<(&str, &Curve)> =
        state.frozen_curves().filter_map(|(name, f)| Some((name, &**f.curve.as_ref()?))).collect();
    let reached = reached(shown);
    let options = risk::PlotOptions {
        log: state.display.log_risk,
        samples: state.display.counts_samples(&state.scenario),
        of: state.scenario.focus(),
        frozen: &frozen,
        pin: state.pin,
        measured: measured(state),
        logistic: logistic(state),
        beside: beside(state),
        left_out: shown.curves.axis.variable == Variable::SampleRatio,
        crosshair: state.crosshair_position(),
        target: state.target.filter(|_| shown.request.target == state.target),
        reached: reached.as_ref().map(|(x, label)| (*x, label.as_str())),
    };
    // Encoders are compared along n.
    Some(match &shown.encoders {
        Some(found) if shown.curves.axis.variable == Variable::SampleRatio => {
            encoders::screen(shown, found, &options)
        }
        _ => risk::plot(shown, &options),
    })
}

/// n/p at which the target is first reached, with its n: by the chosen curve, or by the encoder that needs the fewest
/// labels. Only over n.
fn reached(shown: &Analysis) -> Option<(f64, String)> {
    shown.curves.axis.variable.key().is_none().then_some(())?;
    let p = shown.model.dimension() as f64;
    let budgets = shown.encoders.as_ref().and_then(|encoders| encoders.budgets.as_ref());
    let of_several = budgets.and_then(|budgets| budgets.summary()?.target);
    let n = match of_several.or_else(|| shown.budget?.target) {
        Some((_, needed)) => needed.samples?,
        None => shown.rows.first()?.reached.as_ref()?.first()?.first as f64,
    };
    Some((n / p, format!("n = {n:.0}")))
}

fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let plot = picture(state)?;
    cells::plot(&plot, area, frame.buffer_mut(), pen(state));
    Some(Plot::new(area, plot.x.chart(), plot.y.chart(), None).over(state.x_parameter().map(|(key, _)| key)))
}

/// The command for every curve on screen.
fn command(state: &State) -> String {
    let specs = CurveSpec::list(&state.scenario, &state.display.compared);
    let kinds: Vec<&str> = specs.iter().map(CurveSpec::key).collect();
    let mut more = command_line::axis(state);
    more.extend(command_line::metric(state));
    more.extend(flag("--format", "svg"));
    line_of_several("curve", &state.scenario, &kinds, &more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command, curve};
    use crate::dashboard::model::view::View;
    use crate::scenario::Scenario;
    use crate::study::CurveId;
    use crate::study::Detail;
    use crate::theme::{Depth, Theme};
    use clap::Parser;

    /// The copied command makes every curve on screen, including the floor, like the export.
    #[test]
    fn the_command_line_reproduces_the_curves_on_screen() {
        let theme = Theme::built_in("light", Depth::None).unwrap();
        for (compared, kinds) in [
            (vec![CurveId::Raw, CurveId::Optimal, CurveId::Floor], "ground-truth,raw,optimal,floor"),
            (vec![CurveId::GroundTruth, CurveId::Pcr], "ground-truth,pca"),
        ] {
            let mut state = State::new(Scenario::default(), View::Risk, theme.clone(), true);
            state.display.compared.clone_from(&compared);
            let command = super::command(&state);
            assert!(command.contains(kinds), "{command}");
            let words = shell_words::split(&command).unwrap();
            let Some(Command::Curve(args)) = Cli::try_parse_from(words).unwrap().command else { panic!() };
            let request = curve::request(&args, Detail::Picture).unwrap();
            let shown = CurveSpec::list(&state.scenario, &compared);
            let kinds = |all: &[CurveSpec]| {
                all.iter().map(|s| (s.key(), s.featurization.clone())).collect::<Vec<_>>()
            };
            assert_eq!(kinds(&request.specs), kinds(&shown), "{command}");
            assert_eq!(
                (request.scenario, request.axis),
                (state.scenario.clone(), state.display.window.into())
            );
        }
    }
}
