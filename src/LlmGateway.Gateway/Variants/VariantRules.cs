using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Variants;

/// <summary>What may differ from a call.</summary>
internal sealed partial class VariantRules(ModelResolver models)
{
    private const int MaxModelLength = 256;
    private const int MaxLabelLength = 64;
    private const int MaxParameters = 32;
    private const int MaxParameterBytes = 16 << 10;

    /// <summary>Members that say what is asked, or how it comes back: they are the call's, or ours.</summary>
    private static readonly string[] NotParameters =
        ["model", "prompt", "messages", "input", "stream", "stream_options", "store", "metadata", "user", "background", "previous_response_id"];

    /// <param name="projectId">Whose calls.</param>
    /// <param name="variant">What differs.</param>
    /// <param name="field">What the caller calls it, for errors.</param>
    /// <exception cref="ApiException">400, naming the field.</exception>
    public void Check(string projectId, CallVariant variant, string field)
    {
        if (variant.Model is { } model)
        {
            CheckModel(projectId, model, $"{field}.model");
        }

        if (variant.Prompt is { } prompt && !IsReference(prompt))
        {
            throw Refused($"'{field}.prompt' needs an 'id', and at most one of 'version', a number, and 'label'.", $"{field}.prompt");
        }

        if (variant.Parameters?.FirstOrDefault(pair => NotParameters.Contains(pair.Key)).Key is { } name)
        {
            throw Refused($"'{name}' is no parameter: what is asked, and how the answer comes back, is the call's own.", $"{field}.parameters.{name}");
        }

        if (variant.Parameters is { } parameters && (parameters.Count > MaxParameters || parameters.ToJsonString().Length > MaxParameterBytes))
        {
            throw Refused($"'{field}.parameters' may have at most {MaxParameters} members in {MaxParameterBytes} bytes.", $"{field}.parameters");
        }

        if (variant.Parameters?["tools"] is { } tools && (tools is not JsonArray list || list.Any(tool => tool is not JsonObject)))
        {
            throw Refused($"'{field}.parameters.tools' must be a list of objects.", $"{field}.parameters.tools");
        }
    }

    /// <summary>A prompt may come later: its calls then fail, and are counted.</summary>
    /// <inheritdoc cref="Check"/>
    public void CheckModel(string projectId, string model, string field)
    {
        if (model.Length is 0 or > MaxModelLength || model.Contains('\0'))
        {
            throw Refused($"'{field}' may have from 1 to {MaxModelLength} characters, none of them NUL.", field);
        }

        if (model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            models.Resolve(projectId, model);
        }
        catch (ApiException exception)
        {
            throw Refused(exception.Error.Message, field, exception.Error.Code);
        }
    }

    private static bool IsReference(VariantPrompt prompt) =>
        prompt.Id is { Length: > 0 and <= MaxModelLength }
        && (prompt.Version is null || prompt.Label is null)
        && (prompt.Version is null || Version().IsMatch(prompt.Version))
        && prompt.Label is null or { Length: > 0 and <= MaxLabelLength };

    private static ApiException Refused(string message, string param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));

    [GeneratedRegex("^[0-9]{1,9}$")]
    private static partial Regex Version();
}
