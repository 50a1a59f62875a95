using System.Globalization;
using System.Text.Json.Nodes;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>A store's whole text, for whoever would rather fill a model's window than search.</summary>
internal static class StoreContentEndpoint
{
    private const int MostTokens = 2_000_000;

    /// <summary>No text has longer tokens on average, so one that is longer than this allows need not be read.</summary>
    private const int CharactersPerToken = 16;

    public static void MapStoreContent(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/vector_stores/{id}/content", GetAsync).WithName("RetrieveVectorStoreContent").WithSummary("A store's whole text, if it has no more tokens than allowed");

    private static async Task<IResult> GetAsync(string id, HttpContext http, RetrievalDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var limit = ReadLimit(http.Request.Query["max_tokens"].ToString());
        var store = await context.FindLiveStoreAsync(http.Caller().ProjectId, id, time, cancellationToken);
        var counter = TokenCounter.ForModel(http.Request.Query["model"].ToString());
        var files = await context.Files.AsNoTracking().Where(file => file.VectorStoreId == store.Id && file.Status == FileStatus.Completed)
            .OrderBy(file => file.CreatedAtMicros).ThenBy(file => file.Id).ToListAsync(cancellationToken);
        var characters = await context.DocumentTexts.Where(text => context.Files.Any(
            file => file.Id == text.FileRowId && file.VectorStoreId == store.Id && file.Status == FileStatus.Completed)).SumAsync(text => (long)text.Text.Length, cancellationToken);
        if (characters > (long)limit * CharactersPerToken)
        {
            throw TooLong(characters / CharactersPerToken, limit);
        }

        var shown = new List<StoreFileContent>(files.Count);
        var total = 0L;
        foreach (var file in files)
        {
            var text = await context.DocumentTexts.Where(row => row.FileRowId == file.Id).Select(row => row.Text).SingleOrDefaultAsync(cancellationToken) ?? "";
            var tokens = counter.Count(text);
            total += tokens;
            if (total > limit)
            {
                throw TooLong(total, limit);
            }

            shown.Add(new StoreFileContent(file.FileId, file.FileName ?? "", Attributes.Parse(file.Attributes), [new TextContent(text)], tokens));
        }

        return TypedResults.Json(new StoreContentView(shown, total), RetrievalJsonContext.Default.StoreContentView);
    }

    private static int ReadLimit(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MostTokens
        ? limit
        : throw new ApiException(ApiErrors.BadRequest($"Invalid 'max_tokens': expected 1 to {MostTokens}, what the model's window has room for.", "max_tokens"));

    private static ApiException TooLong(long tokens, int limit) => new(ApiErrors.BadRequest(
        string.Create(CultureInfo.InvariantCulture, $"The vector store holds at least {tokens} tokens, and 'max_tokens' allows {limit}. Search it instead."),
        "max_tokens", "context_length_exceeded"));
}

/// <summary>A store's whole text.</summary>
/// <param name="Data">Its files, the oldest first.</param>
/// <param name="Tokens">All of them together.</param>
internal sealed record StoreContentView(IReadOnlyList<StoreFileContent> Data, long Tokens)
{
    public string Object { get; } = "vector_store.content";
}

/// <param name="FileId">The file.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Content">Its text.</param>
/// <param name="Tokens">How many tokens of the asking model that has.</param>
internal sealed record StoreFileContent(string FileId, string Filename, JsonObject Attributes, IReadOnlyList<TextContent> Content, int Tokens);
