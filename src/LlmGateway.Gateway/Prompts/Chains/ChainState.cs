using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>What one run of a chain knows: its variables, and what its steps have answered so far. A step that was left out has answered nothing.</summary>
internal sealed class ChainState
{
    private const string Steps = "steps";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly IReadOnlyList<CompiledStep> _steps;
    private readonly TemplateScope _scope;
    private readonly JsonObject _answers = [];

    /// <exception cref="ApiException">The variables do not fit (400).</exception>
    public ChainState(CompiledPrompt chain, JsonObject? variables)
    {
        _steps = chain.Steps;
        _scope = chain.Variables.Bind(variables).With(Steps, _answers);
    }

    /// <summary>The whole answer of the step that ran last; null while none has.</summary>
    public byte[]? LastAnswer { get; private set; }

    /// <summary>Whether a step's condition holds.</summary>
    public bool Applies(CompiledStep step) => step.When?.IsTrue(_scope) ?? true;

    /// <summary>Whether it is certain, before a step has run, that none after it will.</summary>
    public bool IsLast(CompiledStep step) =>
        _steps.SkipWhile(other => other != step).Skip(1).All(later => later.When is { } when && !Reads(when, step.Step.Name) && !when.IsTrue(_scope));

    /// <summary>A step's variables. They are rendered as text; what the step's prompt declares as another type is read as JSON.</summary>
    /// <exception cref="ApiException">A template goes beyond a limit, or its text is not of the type (400).</exception>
    public JsonObject VariablesOf(CompiledStep step, CompiledVersion version)
    {
        var variables = new JsonObject();
        foreach (var (name, template) in step.Variables)
        {
            var text = template.Render(_scope);
            var declared = version.Content.Variables.FirstOrDefault(variable => variable.Name == name);
            variables[name] = declared is null or { Type: "string" } ? text : Read(text, step.Step.Name, name, declared.Type);
        }

        return variables;
    }

    /// <summary>Notes what a step answered, for those after it.</summary>
    public void Note(CompiledStep step, StepAnswer answer)
    {
        _answers[step.Step.Name] = new JsonObject { ["output"] = answer.Text, ["json"] = ReadJson(answer.Text) };
        _scope.With(Steps, _answers);
        LastAnswer = answer.Json;
    }

    private static bool Reads(TemplateCondition when, string step) =>
        when.Variables.Any(variable => variable.Path is [Steps, var name, ..] && name == step);

    private static JsonNode? Read(string text, string step, string variable, string type)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException)
        {
            throw PromptRules.Refused($"The variable '{variable}' of the step '{step}' must be of type {type}; its template gave no JSON.", $"{ChainErrors.Param(step)}.variables.{variable}");
        }
    }

    /// <returns>Null for a text that is no JSON, or holds a number that templates have no room for.</returns>
    private static JsonNode? ReadJson(string text)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Strict);
            TemplateScope.Value(json);
            return json;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }
}
