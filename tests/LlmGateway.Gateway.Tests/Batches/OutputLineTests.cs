using System.Net;
using System.Text;
using LlmGateway.Gateway.Batches;
using LlmGateway.Gateway.OwnCalls;

namespace LlmGateway.Gateway.Tests.Batches;

public sealed class OutputLineTests
{
    private static readonly Batch Batch = new()
    {
        Id = $"batch_{Guid.Empty:N}",
        Status = BatchStage.InProgress,
        ProjectId = "proj_default",
        Endpoint = BatchHost.Chat,
        InputFileId = "file-1",
        InputBytes = 1,
        CompletionWindow = "24h",
        CreatedAt = 0,
        ExpiresAt = 0,
    };

    private static readonly BatchRequestLine Request = new(7, "a\nb\"ü", null, []);

    [Fact]
    public void An_answer_over_several_lines_stands_on_one()
    {
        var result = OutputLine.Of(Batch, Request, OwnAnswer.Of(HttpStatusCode.OK, "r1", "{\r\n  \"text\": \"one\\ntwo\"\n}"u8.ToArray(), null));
        Assert.Equal(
            """{"id":"batch_req_00000000000000000000000000000000_7","custom_id":"a\nb\"ü","response":{"status_code":200,"request_id":"r1","body":{    "text": "one\ntwo" }},"error":null}""",
            Encoding.UTF8.GetString(result.Output));
        Assert.Equal((7, false), (result.Line, result.IsFailed));
    }

    [Theory]
    [InlineData(200, "<html>", true, false)]
    [InlineData(502, "<html>", true, true)]
    [InlineData(200, """{"error":{"message":"x"}}""", true, false)]
    [InlineData(400, """{"error":{"message":"x"}}""", true, false)]
    [InlineData(429, """{"error":{"message":"x"}}""", true, true)]
    [InlineData(200, "{}", false, false)]
    public void Only_a_good_answer_is_output(int status, string body, bool isFailed, bool mayPass)
    {
        var answer = OwnAnswer.Of((HttpStatusCode)status, null, Encoding.UTF8.GetBytes(body), null);
        Assert.Equal((isFailed, mayPass), (OutputLine.Of(Batch, Request, answer).IsFailed, answer.MayPass));
    }
}
