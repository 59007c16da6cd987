//! Terms of the risk that only a learned representation (sections 11.1, 11.2) or a source task (11.3) has.

/// Terms of the analysis of variance in which the representation W is random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepresentationTerms {
    /// κ₂, the effective ridge on the featurization itself.
    pub kappa2: f64,
    /// E_W of the bias² given W: bias² + V_W.
    pub bias_given: f64,
    /// V_W, variance from the representation alone.
    pub variance_w: f64,
    /// V_{W,X}, variance from representation and samples together.
    pub variance_w_x: f64,
    /// V_{W,X,ε}, variance from representation, samples and label noise together.
    pub variance_w_x_noise: f64,
}

/// Properties of a fit towards the coefficients of a source task, at the same ridge and sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceTerms {
    /// γ, the weight on the source coefficients.
    pub weight: f64,
    /// γ* of least risk.
    pub best_weight: f64,
    /// c*: below this correlation γ = 1 has a higher risk than no source.
    pub correlation_of_no_gain: f64,
    /// Risk without the source, γ = 0.
    pub without: f64,
}
