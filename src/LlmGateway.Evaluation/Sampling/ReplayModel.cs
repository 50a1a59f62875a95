using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>
/// Recorded output as a model: <c>replay/&lt;file or dataset id&gt;#&lt;field&gt;</c>. The field is a path in the row's item, such as
/// <c>models.baseline.answer</c>; <c>source</c> as the id stands for the run's own data.
/// </summary>
/// <param name="Name">The whole name.</param>
/// <param name="Id">The file or dataset.</param>
/// <param name="Field">The path.</param>
internal sealed record ReplayModel(string Name, string Id, IReadOnlyList<string> Field)
{
    public const string Prefix = "replay/";
    public const string Source = "source";

    /// <summary>Null for a model of another kind.</summary>
    /// <exception cref="ApiException">It begins like one and is none (400).</exception>
    public static ReplayModel? Read(string model, string field)
    {
        if (!model.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = model[Prefix.Length..].Split('#');
        return parts is [{ Length: > 0 } id, { Length: > 0 } path] && path.Split('.') is var steps && steps.All(step => step.Length > 0)
            ? new ReplayModel(model, id, steps)
            : throw JsonFields.Invalid($"'{JsonFields.Shortened(model)}' is no recorded output; expected 'replay/<file or dataset id>#<field>'.", field);
    }
}
