using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>
/// A request's <c>cluster</c>: a reference such as <c>item.conversation</c>, or <c>none</c>. By default an item's
/// <c>episode_id</c>, in itself or its metadata, where it has one.
/// </summary>
/// <param name="Path">Where an item names its cluster; null to look for an episode.</param>
/// <param name="IsNone">Whether every item stands alone.</param>
internal sealed record ClusterChoice(TemplatePath? Path, bool IsNone)
{
    public const string Field = "cluster";
    private const int MaxLength = 1000;

    /// <exception cref="ApiException">It is no single reference to an item, or to what no item has (400).</exception>
    public static ClusterChoice Read(JsonFields fields, TemplateScope scope)
    {
        var text = fields.FindText(Field, MaxLength)?.Trim();
        if (text is null or "none")
        {
            return new ClusterChoice(null, text is not null);
        }

        var template = text.StartsWith("{{", StringComparison.Ordinal) ? text : $$$"""{{ {{{text}}} }}""";
        return scope.BeforeSampling().Parse(template, Field).Paths.ToList() is [var path]
            ? new ClusterChoice(path, false)
            : throw JsonFields.Invalid($"'{Field}' must be one reference, such as item.conversation_id.", Field);
    }
}
