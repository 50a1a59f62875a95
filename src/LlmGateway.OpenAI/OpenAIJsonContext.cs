using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>JSON of the wire types: OpenAI's snake case, absent members left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenAIErrorResponse))]
[JsonSerializable(typeof(AnthropicErrorResponse))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(EmbeddingList))]
[JsonSerializable(typeof(ResponseRequest))]
[JsonSerializable(typeof(Response))]
[JsonSerializable(typeof(ResponseStreamEvent))]
[JsonSerializable(typeof(ListPage<ChatCompletion>))]
[JsonSerializable(typeof(ListPage<ChatMessage>))]
[JsonSerializable(typeof(FineTuningJobRequest))]
[JsonSerializable(typeof(FineTuningJob))]
[JsonSerializable(typeof(FineTuningJobEvent))]
[JsonSerializable(typeof(FineTuningJobCheckpoint))]
[JsonSerializable(typeof(FineTuningMetrics))]
[JsonSerializable(typeof(ListPage<FineTuningJob>))]
[JsonSerializable(typeof(ListPage<FineTuningJobEvent>))]
[JsonSerializable(typeof(ListPage<FineTuningJobCheckpoint>))]
[JsonSerializable(typeof(OpenAIFile))]
[JsonSerializable(typeof(ListPage<OpenAIFile>))]
public sealed partial class OpenAIJsonContext : JsonSerializerContext;
