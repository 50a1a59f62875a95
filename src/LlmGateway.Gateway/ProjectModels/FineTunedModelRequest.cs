using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LlmGateway.Gateway.Models;
using LlmGateway.Service;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>A model that a fine-tuning job made, as its service registers it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed partial record FineTunedModelRequest(
    string? ProjectId, string? Provider, string? Model, string? BaseModel, string? JobId, long? CreatedAt, JsonObject? Details)
{
    private const int MaxModelLength = 256;
    private const int MaxJobLength = 128;
    private const int MaxDetails = 16 << 10;

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public ApiError? Validate(string id, ModelTable table) =>
        !Id().IsMatch(id) ? ApiErrors.BadRequest("The id begins with 'ft:' and has letters, digits, ':', '.', '_' and '-', at most 256 characters.", "id")
        : !table.Providers.Any(provider => provider.Name == Provider) ? ApiErrors.BadRequest($"There is no provider '{Provider}' under Gateway:Providers.", "provider")
        : Missing(Model, MaxModelLength, "model") ?? Missing(BaseModel, MaxModelLength, "base_model") ?? Missing(JobId, MaxJobLength, "job_id")
        ?? (CreatedAt is null or < 0 ? ApiErrors.BadRequest("'created_at' is required, in Unix seconds.", "created_at")
            : Details?.ToJsonString().Length > MaxDetails ? ApiErrors.BadRequest($"'details' may have at most {MaxDetails} characters.", "details") : null);

    public FineTunedModel ToModel(string id) => new()
    {
        Id = id,
        ProjectId = ProjectId!,
        Provider = Provider!,
        Model = Model!,
        BaseModel = BaseModel!,
        JobId = JobId!,
        CreatedAt = CreatedAt!.Value,
        Details = Details?.ToJsonString(),
    };

    private static ApiError? Missing(string? value, int limit, string param) =>
        string.IsNullOrEmpty(value) || value.Length > limit ? ApiErrors.BadRequest($"'{param}' is required and may have at most {limit} characters.", param) : null;

    [GeneratedRegex("^ft:[A-Za-z0-9:._-]{1,253}$")]
    private static partial Regex Id();
}
