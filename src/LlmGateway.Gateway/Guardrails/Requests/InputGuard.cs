using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Guardrails.Requests;

/// <summary>Checks a request's texts, and replaces in the body what is to be masked; its other bytes stay.</summary>
internal static class InputGuard
{
    private const string ErrorCode = "guardrail_blocked";

    /// <summary>Texts that a program which changes them is sent, at most: each is a call.</summary>
    private const int MaxRewritten = 200;

    /// <exception cref="ApiException">400: a guardrail blocks the request.</exception>
    public static async Task CheckAsync(InferenceCall call, TextGuard guard, CancellationToken cancellationToken)
    {
        var texts = RequestText.ReadAll(call.Request!.Span);
        CheckParts(call, guard, texts);
        CheckLengths(guard, texts);
        if (!guard.Set.AsksOthers)
        {
            return;
        }

        texts = RequestText.ReadAll(call.Request!.Span);
        var judged = await guard.JudgeAsync(string.Join('\n', texts.Select(text => text.Text)), cancellationToken);
        Refuse(judged, texts.Count > 0 ? texts[0].Field.Split('[', '.')[0] : null);
        await RewriteAsync(call, guard, texts, cancellationToken);
    }

    /// <summary>What blocks is replaced too: the log holds the request.</summary>
    private static void CheckParts(InferenceCall call, TextGuard guard, List<RequestText> texts)
    {
        SpanScan[] scans = [.. texts.Select(text => guard.Scan(text.Text))];
        if (scans.Any(scan => scan.Matches.Count > 0))
        {
            texts.ForEach(text => guard.Placeholders.Avoid(text.Text));
            Replace(call, texts, [.. scans.Select(scan => scan.Mask(0, scan.Text.Length, guard.Placeholders, restored: true))]);
        }

        (CompiledGuardrail Guardrail, string Field)? blocked = null;
        for (var index = 0; index < scans.Length; index++)
        {
            guard.NoteSpans(scans[index], 0, scans[index].Text.Length);
            if (guard.BlockedBy(scans[index], 0, scans[index].Text.Length) is { } guardrail)
            {
                blocked ??= (guardrail, texts[index].Field);
            }
        }

        Refuse(blocked?.Guardrail, blocked?.Field);
    }

    private static void CheckLengths(TextGuard guard, List<RequestText> texts)
    {
        if (guard.Set.Lengths.Length > 0)
        {
            var tokens = guard.Set.CountsTokens ? texts.Sum(text => guard.CountTokens(text.Text)) : 0;
            Refuse(guard.CheckLength(texts.Sum(text => text.Text.Length), tokens, final: true), texts.Count > 0 ? texts[0].Field.Split('[', '.')[0] : null);
        }
    }

    private static async Task RewriteAsync(InferenceCall call, TextGuard guard, List<RequestText> texts, CancellationToken cancellationToken)
    {
        if (guard.Set.Rewriting is not [var first, ..])
        {
            return;
        }

        if (texts.Count > MaxRewritten)
        {
            Refuse(guard.Verdicts.NoteError(first, CheckErrors.TooLong, TimeSpan.Zero) ? first : null, null);
            return;
        }

        var changed = await Task.WhenAll(texts.Select(text => guard.RewriteAsync(text.Text, cancellationToken).AsTask()));
        Replace(call, texts, [.. changed.Select(text => text.Text)]);
        var blocked = Array.FindIndex(changed, text => text.BlockedBy is not null);
        if (blocked >= 0)
        {
            Refuse(changed[blocked].BlockedBy, texts[blocked].Field);
        }
    }

    private static void Replace(InferenceCall call, List<RequestText> texts, string[] replacements)
    {
        var body = new PooledBody();
        var position = 0;
        for (var index = 0; index < texts.Count; index++)
        {
            if (texts[index].Text != replacements[index])
            {
                body.Append(call.Request!.Span[position..texts[index].Value.Start], int.MaxValue);
                body.Append("\""u8, int.MaxValue);
                body.Append(JsonEncodedText.Encode(replacements[index], JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, int.MaxValue);
                body.Append("\""u8, int.MaxValue);
                position = texts[index].Value.End;
            }
        }

        body.Append(call.Request!.Span[position..], int.MaxValue);
        call.ReplaceRequest(body);
    }

    private static void Refuse(CompiledGuardrail? guardrail, string? field)
    {
        if (guardrail is not null)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status400BadRequest, ErrorCode, $"The guardrail '{guardrail.Name}' does not let this request pass. Nothing was called.", field));
        }
    }
}
