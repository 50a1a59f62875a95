using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Examples;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.VectorStores;

namespace LlmGateway.Retrieval;

/// <summary>JSON of the service's resources.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateVectorStoreRequest))]
[JsonSerializable(typeof(UpdateVectorStoreRequest))]
[JsonSerializable(typeof(ExpiresAfter))]
[JsonSerializable(typeof(StoreContentView))]
[JsonSerializable(typeof(ListPage<VectorStoreView>))]
[JsonSerializable(typeof(AddFileRequest))]
[JsonSerializable(typeof(AddBatchRequest))]
[JsonSerializable(typeof(UpdateAttributesRequest))]
[JsonSerializable(typeof(ListPage<FileView>))]
[JsonSerializable(typeof(BatchView))]
[JsonSerializable(typeof(FileContentView))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(SearchConfiguration))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(ChunkingStrategy))]
[JsonSerializable(typeof(CreateSourceRequest))]
[JsonSerializable(typeof(UpdateSourceRequest))]
[JsonSerializable(typeof(QuerySourceRequest))]
[JsonSerializable(typeof(ListPage<SourceView>))]
[JsonSerializable(typeof(SourceResult))]
[JsonSerializable(typeof(IReadOnlyList<SourceTable>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ExampleRequest))]
[JsonSerializable(typeof(ExampleList))]
internal sealed partial class RetrievalJsonContext : JsonSerializerContext;
