using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>A query that is not run: for its caller in words that help, for the log in one that counts.</summary>
/// <param name="reason">Why, in a word: <c>syntax</c>, <c>not_select</c>, <c>several_statements</c>, <c>writes</c>, <c>table</c>, <c>function</c>, <c>parameter</c>, <c>timeout</c>, <c>size</c>, <c>busy</c>.</param>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class SqlRefusal(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    /// <param name="param">The field that the statement came in.</param>
    public ApiException ToApi(string param) => new(Reason == "busy"
        ? new ApiError(503, "source_busy", Message) { RetryAfterSeconds = 2 }
        : ApiErrors.BadRequest(Message, param, Reason == "timeout" ? "query_timeout" : "query_refused"));
}
