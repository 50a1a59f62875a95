using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// The retrieved passages: a reference to a list, such as <c>{{ item.contexts }}</c>, whose elements are texts or objects with
/// <c>text</c> or <c>content</c>; else a template, or several, for a passage each. Empty ones do not count.
/// </summary>
internal sealed class ContextList
{
    private const int MostContexts = 50;

    private readonly IReadOnlyList<Template> _templates;

    private ContextList(IReadOnlyList<Template> templates) => _templates = templates;

    /// <exception cref="ApiException">It is malformed, or refers to what items cannot have (400).</exception>
    public static ContextList Read(JsonFields fields, TemplateScope scope)
    {
        const string Name = "contexts";
        var path = fields.At(Name);
        return fields.Value(Name).ValueKind == JsonValueKind.Array
            ? new ContextList([.. fields.List(Name, 1, MostContexts).Select(entry => scope.Parse(JsonFields.AsText(entry.Element, entry.Path), entry.Path))])
            : new ContextList([scope.Parse(fields.Text(Name), path)]);
    }

    /// <exception cref="TemplateException">The item has not what it refers to, or too much of it.</exception>
    public IReadOnlyList<string> Render(TemplateValues values)
    {
        List<string> contexts = [.. _templates.SelectMany(template => Render(template, values)).Where(context => !string.IsNullOrWhiteSpace(context))];
        return contexts.Count <= MostContexts ? contexts : throw new TemplateException($"There are {contexts.Count} contexts; up to {MostContexts} are judged.");
    }

    private static IEnumerable<string> Render(Template template, TemplateValues values) =>
        template.IsReference && values.Value(template.Paths.Single()) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(Text)
            : [template.Render(values)];

    private static string Text(JsonElement context) => context.ValueKind switch
    {
        JsonValueKind.String => context.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.Object => context.FindText("text") ?? context.FindText("content") ?? JsonText.Compact(context),
        _ => JsonText.Compact(context),
    };
}
