using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Schemas;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>tool_call</c>, whether the sample calls the tools that are wanted, and, unless extra calls are allowed, no others. No
/// wanted call at all means that no tool may be called.
/// </summary>
internal sealed class ToolCallGrader : IGrader
{
    public const string Kind = "tool_call";
    private const int MaxWanted = 64;
    private const string Ignore = "ignore";

    private readonly Template _calls;
    private readonly Func<TemplateValues, IReadOnlyList<WantedCall>> _wanted;
    private readonly string _arguments;
    private readonly bool _ordered;
    private readonly bool _allowExtra;

    private ToolCallGrader(
        string name, Template calls, Func<TemplateValues, IReadOnlyList<WantedCall>> wanted, string arguments, bool ordered, bool allowExtra) =>
        (Name, _calls, _wanted, _arguments, _ordered, _allowExtra) = (name, calls, wanted, arguments, ordered, allowExtra);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static async Task<ToolCallGrader> ReadAsync(JsonFields fields, TemplateScope scope, CancellationToken cancellationToken)
    {
        fields.Only("type", "name", "calls", "expected", "arguments", "ordered", "allow_extra");
        return new ToolCallGrader(
            fields.GraderName(),
            scope.Parse(fields.FindText("calls") ?? "{{ sample.output_tools }}", fields.At("calls")),
            await ReadWantedAsync(fields, scope, cancellationToken),
            fields.Find("arguments") is null ? "exact" : fields.Choice("arguments", "exact", "subset", Ignore),
            fields.FindBoolean("ordered", false),
            fields.FindBoolean("allow_extra", false));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var (wanted, made) = (_wanted(item.Values), MadeCall.ReadAll(_calls.Value(item.Values)));
        var places = _ordered ? CallMatching.InOrder(wanted, made, IsMet) : CallMatching.AnyOrder(wanted, made, IsMet);
        var missing = wanted.Where((_, index) => places[index] < 0).Select(call => call.Name).ToList();
        var extra = made.Where((_, place) => !places.Contains(place)).Select(call => call.Name).ToList();
        return Task.FromResult(Grade.Binary(missing.Count == 0 && (_allowExtra || extra.Count == 0), Explain(missing, extra)));
    }

    private bool IsMet(WantedCall wanted, MadeCall made) => (_arguments == Ignore ? wanted with { Arguments = null } : wanted).IsMetBy(made, _arguments == "subset");

    private static string? Explain(List<string> missing, List<string> extra) => (missing.Count, extra.Count) switch
    {
        (0, 0) => null,
        (_, 0) => $"Not called as wanted: {string.Join(", ", missing)}.",
        (0, _) => $"Called without being wanted: {string.Join(", ", extra)}.",
        _ => $"Not called as wanted: {string.Join(", ", missing)}; called without being wanted: {string.Join(", ", extra)}.",
    };

    /// <summary>The wanted calls stand in the criterion, or a template gives each item's own.</summary>
    private static async Task<Func<TemplateValues, IReadOnlyList<WantedCall>>> ReadWantedAsync(JsonFields fields, TemplateScope scope, CancellationToken cancellationToken)
    {
        if (fields.Value("expected").ValueKind == JsonValueKind.String)
        {
            var template = fields.Template("expected", scope);
            return values => [.. MadeCall.ReadAll(template.Value(values)).Select(call => new WantedCall(call.Name, call.Arguments, null))];
        }

        var calls = new List<WantedCall>();
        foreach (var (element, path) in fields.List("expected", 0, MaxWanted))
        {
            var call = JsonFields.Of(element, path).Only("name", "arguments", "arguments_schema");
            var schema = call.Find("arguments_schema") is { } given ? await CallerSchema.ParseAsync(given, call.At("arguments_schema"), cancellationToken) : null;
            calls.Add(new WantedCall(call.Text("name"), call.FindObject("arguments")?.Element, schema));
        }

        return _ => calls;
    }
}
