using System.Text.RegularExpressions;
using LlmGateway.Text.Spans;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>A check that finds parts of a text, here and at once.</summary>
internal interface ISpanCheck
{
    /// <summary>The parts in their order; they do not overlap.</summary>
    /// <exception cref="RegexMatchTimeoutException">It takes too long.</exception>
    List<TextMatch> Find(string text);
}
