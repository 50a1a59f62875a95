using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Ledger;

/// <summary>The filters of <c>GET /v1/ledger</c>.</summary>
internal sealed record LedgerFilter(
    string? Model, string? KeyId, AccountState? State, Guid? InferenceId, long? CreatedAfterMicros, long? CreatedBeforeMicros)
{
    /// <exception cref="ApiException">A filter is malformed (400).</exception>
    public static LedgerFilter Read(IQueryCollection query) => new(
        InferenceFilter.ReadText(query, "model"),
        InferenceFilter.ReadText(query, "key_id"),
        ReadState(query),
        ReadInference(query),
        QueryTimes.ReadMicros(query, "created_after"),
        QueryTimes.ReadMicros(query, "created_before"));

    /// <summary>The entries of a project that pass and come after <paramref name="after"/>, and one more than the page takes.</summary>
    public IQueryable<LedgerEntry> Page(DatasetsDbContext context, string project, PageQuery page, LedgerPlace? after)
    {
        var rows = Apply(context.Ledger.AsNoTracking().Where(row => row.ProjectId == project));
        if (after is { } place)
        {
            var (id, attempt) = (place.InferenceId, place.Attempt);
            rows = page.Descending
                ? rows.Where(row => row.InferenceId < id || (row.InferenceId == id && row.Attempt < attempt))
                : rows.Where(row => row.InferenceId > id || (row.InferenceId == id && row.Attempt > attempt));
        }

        rows = page.Descending
            ? rows.OrderByDescending(row => row.InferenceId).ThenByDescending(row => row.Attempt)
            : rows.OrderBy(row => row.InferenceId).ThenBy(row => row.Attempt);
        return rows.Take(page.Limit + 1);
    }

    private IQueryable<LedgerEntry> Apply(IQueryable<LedgerEntry> rows)
    {
        rows = Model is { } model ? rows.Where(row => row.Model == model) : rows;
        rows = KeyId is { } key ? rows.Where(row => row.KeyId == key) : rows;
        rows = State is { } state ? rows.Where(row => row.State == state) : rows;
        rows = InferenceId is { } id ? rows.Where(row => row.InferenceId == id) : rows;
        rows = CreatedAfterMicros is { } after ? rows.Where(row => row.CreatedAtMicros > after) : rows;
        return CreatedBeforeMicros is { } before ? rows.Where(row => row.CreatedAtMicros < before) : rows;
    }

    private static AccountState? ReadState(IQueryCollection query)
    {
        var text = query["state"].ToString();
        return text.Length == 0 ? null
            : Enum.GetValues<AccountState>().Cast<AccountState?>().FirstOrDefault(state => LedgerEntryView.NameOf(state!.Value) == text)
                ?? throw new ApiException(ApiErrors.BadRequest("Invalid 'state': expected 'settled', 'released' or 'reserved'.", "state"));
    }

    private static Guid? ReadInference(IQueryCollection query) =>
        InferenceFilter.ReadText(query, "inference_id") is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'inference_id': expected an inference id.", "inference_id"));
}

/// <summary>An entry's place in the ledger, <c>inference id.attempt</c> on the wire.</summary>
internal readonly record struct LedgerPlace(Guid InferenceId, int Attempt)
{
    public override string ToString() => FormattableString.Invariant($"{InferenceId}.{Attempt}");

    /// <summary>Null where the text is none.</summary>
    public static LedgerPlace? Parse(string text) =>
        text.Split('.') is [var id, var attempt] && Guid.TryParse(id, out var inference) && int.TryParse(attempt, out var number)
            ? new LedgerPlace(inference, number)
            : null;
}
