using System.Text.RegularExpressions;
using LlmGateway.Gateway.Models;
using LlmGateway.Service;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>What an alias may be called and may stand for.</summary>
internal sealed partial class AliasRules(ModelResolver models, ProjectModelDirectory directory)
{
    private const int MaxTargetLength = 256;
    private static readonly string[] Reserved = ["prompt/", "replay/", "local/", FineTunedModel.Prefix];

    /// <exception cref="ApiException">400, naming the field.</exception>
    public async Task CheckAsync(string projectId, string name, string? target, CancellationToken cancellationToken)
    {
        var plain = Uri.UnescapeDataString(name);
        if (Reserved.FirstOrDefault(prefix => plain.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            throw Refused($"Names that begin with '{reserved}' are reserved.", "name");
        }

        if (!Name().IsMatch(name))
        {
            throw Refused("'name' may have from 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.", "name");
        }

        if (string.IsNullOrEmpty(target) || target.Length > MaxTargetLength)
        {
            throw Refused($"'model' is required and may have at most {MaxTargetLength} characters: the model that the alias stands for.", "model");
        }

        if (target == name)
        {
            throw Refused("An alias cannot stand for itself.", "model");
        }

        // A fine-tuned model may have been made at another gateway a moment ago.
        await directory.RenewAsync(cancellationToken);
        try
        {
            models.ResolveTarget(projectId, target);
        }
        catch (ApiException exception)
        {
            throw Refused(exception.Error.Message, "model", exception.Error.Code);
        }
    }

    private static ApiException Refused(string message, string param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();
}
