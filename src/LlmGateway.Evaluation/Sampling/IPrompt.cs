using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Makes the messages that a model is asked with.</summary>
internal interface IPrompt
{
    /// <summary>A JSON list of messages.</summary>
    /// <exception cref="TemplateException">The item has not what they need.</exception>
    JsonElement Messages(TemplateValues values);
}
