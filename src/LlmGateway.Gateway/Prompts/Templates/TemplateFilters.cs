using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Values;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>
/// The filters of prompts' templates: those of Liquid whose result depends on nothing but their input (so no dates), each paid for
/// by what it reads and makes.
/// </summary>
internal static class TemplateFilters
{
    // A split text costs an object a part.
    private const int PartSize = 8;

    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "abs", "append", "at_least", "at_most", "base64_decode", "base64_encode", "capitalize", "ceil", "compact", "concat", "default",
        "divided_by", "downcase", "escape", "escape_once", "find", "find_index", "first", "floor", "handleize", "has", "join", "json", "last",
        "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend", "reject", "remove", "remove_first", "remove_last", "replace",
        "replace_first", "replace_last", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split", "strip", "strip_html",
        "strip_newlines", "sum", "times", "truncate", "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where");

    public static TemplateOptions Options { get; } = Make();

    public static bool IsKnown(string name) => Names.Contains(name);

    private static TemplateOptions Make()
    {
        var options = new TemplateOptions
        {
            MaxSteps = RenderingBudget.MaxSteps,
            MemberAccessStrategy = new DefaultMemberAccessStrategy(),
            JsonSerializerOptions = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
        };
        var known = options.Filters.Where(filter => IsKnown(filter.Key)).ToList();
        options.Filters.Clear();
        foreach (var (name, filter) in known)
        {
            options.Filters.AddFilter(name, Bounded(name, filter));
        }

        return options;
    }

    private static FilterDelegate Bounded(string name, FilterDelegate filter) => (input, arguments, context) =>
    {
        var budget = ((RenderingContext)context).Budget;
        budget.Spend(Cost(name, input, arguments));
        var result = filter(input, arguments, context);
        if (result.IsCompletedSuccessfully)
        {
            budget.Spend(TemplateScope.Size(result.Result));
        }

        return result;
    };

    /// <summary>What the filter reads, and, of those that can make much of little, what they make.</summary>
    private static long Cost(string name, FluidValue input, FilterArguments arguments)
    {
        var size = TemplateScope.Size(input);
        for (var index = 0; index < arguments.Count; index++)
        {
            size += TemplateScope.Size(arguments.At(index));
        }

        return size + name switch
        {
            "replace" => TemplateScope.Size(input) / Math.Max(1, TemplateScope.Size(arguments.At(0)) - 1) * TemplateScope.Size(arguments.At(1)),
            "join" when input is ArrayValue array => array.Values.Count * TemplateScope.Size(arguments.At(0)),
            "split" => PartSize * size,
            _ => 0,
        };
    }
}
