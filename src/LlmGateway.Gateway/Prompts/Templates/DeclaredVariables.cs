using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fluid.Values;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A prompt's variables, with their types and defaults.</summary>
internal sealed partial class DeclaredVariables
{
    /// <summary>The most that a prompt declares.</summary>
    public const int MaxCount = 100;

    private const string Given = "prompt.variables";
    private const int MaxSize = 1024 * 1024;

    /// <summary>What Liquid itself calls something.</summary>
    private static readonly HashSet<string> Reserved = new(
        ["and", "blank", "contains", "empty", "endswith", "false", "forloop", "in", "nil", "null", "or", "startswith", "steps", "true"],
        StringComparer.Ordinal);

    private readonly IReadOnlyList<(PromptVariable Variable, FluidValue? Default)> _variables;

    private DeclaredVariables(IReadOnlyList<(PromptVariable, FluidValue?)> variables, IReadOnlySet<string> names) =>
        (_variables, Names) = (variables, names);

    public IReadOnlySet<string> Names { get; }

    /// <exception cref="ApiException">A name, type or default is wrong (400).</exception>
    public static DeclaredVariables Compile(IReadOnlyList<PromptVariable> variables)
    {
        if (variables.Count > MaxCount)
        {
            throw Refused("variables", $"A prompt declares at most {MaxCount} variables.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var compiled = variables.Select((variable, index) =>
        {
            var param = $"variables[{index}]";
            CheckName(variable?.Name, $"{param}.name", names);
            return (variable!, Default(variable!, param));
        }).ToList();
        return new DeclaredVariables(compiled, names);
    }

    /// <summary>Checks a name that templates use, and adds it to those there are.</summary>
    /// <exception cref="ApiException">It is no identifier, is reserved or is there already (400).</exception>
    public static void CheckName(string? name, string param, HashSet<string> names)
    {
        if (name is null || !Identifier().IsMatch(name) || Reserved.Contains(name))
        {
            throw Refused(param, name is not null && Reserved.Contains(name)
                ? $"'{name}' has a meaning in templates; take another name."
                : "A name has 1 to 64 letters (a to z), digits and underscores, and begins with no digit.");
        }

        if (!names.Add(name))
        {
            throw Refused(param, $"'{name}' is declared twice.");
        }
    }

    /// <summary>The values that templates see.</summary>
    /// <param name="given">A request's; null for none.</param>
    /// <param name="blocks">What the templates' blocks have looked up; null for nothing.</param>
    /// <exception cref="ApiException">Some are missing, not declared or of another type (400, naming each).</exception>
    public TemplateScope Bind(JsonObject? given, BlockRun? blocks = null)
    {
        var (scope, problems, size) = (new TemplateScope { Blocks = blocks ?? new BlockRun(null) }, new List<string>(), 0L);
        try
        {
            var found = 0;
            foreach (var (variable, @default) in _variables)
            {
                JsonNode? node = null;
                var isGiven = given is not null && given.TryGetPropertyValue(variable.Name, out node);
                found += isGiven ? 1 : 0;
                var value = isGiven ? Read(variable, node, problems) : @default ?? Missing(variable, problems);
                size += TemplateScope.Size(value);
                scope.With(variable.Name, value);
            }

            if (given is not null && given.Count > found)
            {
                problems.AddRange(given.Where(member => !Names.Contains(member.Key)).Select(member => $"'{Short(member.Key)}' is not declared"));
            }
        }
        catch (ArgumentException)
        {
            problems.Add("a name stands twice in one object");
        }

        if (size > MaxSize)
        {
            problems.Add($"the values have more than {MaxSize:N0} characters together");
        }

        return problems is [] ? scope : throw Refused(Given, $"The prompt's variables do not fit: {Listed(problems)}.", "invalid_prompt_variables");
    }

    private static FluidValue? Default(PromptVariable variable, string param)
    {
        if (variable.Type is not ("string" or "integer" or "number" or "boolean" or "array" or "object"))
        {
            throw Refused($"{param}.type", "A type is 'string', 'integer', 'number', 'boolean', 'array' or 'object'.");
        }

        if (variable.Default is not { } value)
        {
            return null;
        }

        var problems = new List<string>();
        var read = Read(variable, JsonNode.Parse(value.GetRawText()), problems);
        return problems is [] ? read : throw Refused($"{param}.default", $"The default does not fit: {problems[0]}.");
    }

    private static NilValue Missing(PromptVariable variable, List<string> problems)
    {
        problems.Add($"'{variable.Name}' is missing ({variable.Type})");
        return NilValue.Instance;
    }

    private static FluidValue Read(PromptVariable variable, JsonNode? node, List<string> problems)
    {
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        var fits = variable.Type switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "array" => kind == JsonValueKind.Array,
            "object" => kind == JsonValueKind.Object,
            _ => kind == JsonValueKind.Number,
        };
        if (!fits)
        {
            problems.Add($"'{variable.Name}' must be of type {variable.Type}, and is {Name(kind)}");
            return NilValue.Instance;
        }

        try
        {
            var value = TemplateScope.Value(node);
            if (variable.Type == "integer" && !decimal.IsInteger(value.ToNumberValue()))
            {
                problems.Add($"'{variable.Name}' must be of type integer, and has a fraction");
            }

            return value;
        }
        catch (FormatException)
        {
            problems.Add($"'{variable.Name}' has a number beyond ±7.9e28");
            return NilValue.Instance;
        }
    }

    private static string Name(JsonValueKind kind) => kind is JsonValueKind.True or JsonValueKind.False ? "boolean" : kind.ToString().ToLowerInvariant();

    // A request's names are its own to choose, and need not come back in full.
    private static string Listed(List<string> problems) =>
        string.Join("; ", problems.Take(MaxCount)) + (problems.Count > MaxCount ? $"; and {problems.Count - MaxCount} more" : "");

    private static string Short(string name) => name.Length <= 64 ? name : $"{name[..64]}…";

    private static ApiException Refused(string param, string message, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,63}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Identifier();
}
