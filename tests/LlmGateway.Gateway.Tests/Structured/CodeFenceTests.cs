using LlmGateway.Gateway.Structured;

namespace LlmGateway.Gateway.Tests.Structured;

public sealed class CodeFenceTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("```json\n{\"a\":1}\n```", "{\"a\":1}")]
    [InlineData("  ```\r\n{}\r\n```\n", "{}")]
    [InlineData("```\n{\"a\":\"```\"}\n```", "{\"a\":\"```\"}")]
    [InlineData("Here it is: ```json\n{}\n```", "Here it is: ```json\n{}\n```")]
    [InlineData("```json {} ```", "```json {} ```")]
    [InlineData("```", "```")]
    [InlineData("```\n```", "")]
    [InlineData("", "")]
    public void What_stands_in_a_fence_is_taken_out(string text, string taken) => Assert.Equal(taken, CodeFence.TakeOff(text));
}
