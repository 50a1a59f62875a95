using System.Text.Json;
using LlmGateway.Schemas;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Whether a whole text is JSON that fits a schema.</summary>
internal sealed class JsonSchemaCheck(CallerSchema schema) : ITextCheck
{
    public bool NeedsWhole => true;

    public Task<CheckAnswer> CheckAsync(string text, CheckedCall call, CancellationToken cancellationToken) => Task.FromResult(Check(text));

    private CheckAnswer Check(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return CheckAnswer.Found("not JSON");
        }

        return schema.Validate(text) is [var error, ..] ? CheckAnswer.Found(error.ToString()) : CheckAnswer.Pass;
    }
}
