using LlmGateway.Console.Sessions;

namespace LlmGateway.Console.Tests.Sessions;

public sealed class SignInPageTests
{
    [Theory]
    [InlineData("/calls/0198?tab=raw", "/calls/0198?tab=raw")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/calls\r\nSet-Cookie: a=b", "/")]
    [InlineData("/sign-out", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void One_comes_back_to_a_page_of_the_console_and_nowhere_else(string? returnTo, string path) => Assert.Equal(path, SignInPage.Local(returnTo));

    [Fact]
    public void Its_address_says_only_what_the_page_knows() =>
        Assert.Equal("/console/sign-in?returnTo=%2Fcalls&problem=ended", SignInPage.Address("/calls", SignInPage.Ended));

    [Fact]
    public void What_the_page_does_not_know_is_not_shown() => Assert.Equal("/console/sign-in", SignInPage.Address(problem: "<script>"));
}
