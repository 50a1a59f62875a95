using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.Text.Languages;

namespace LlmGateway.Text.Tests;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("Where is my card? I have been waiting for a week.", "en")]
    [InlineData("Wo ist meine Karte? Ich warte seit einer Woche auf sie.", "de")]
    [InlineData("Où est ma carte ? Je l'attends depuis une semaine et elle n'est pas là.", "fr")]
    [InlineData("¿Dónde está mi tarjeta? La espero desde hace una semana y no ha llegado.", "es")]
    [InlineData("Waar is mijn kaart? Ik wacht al een week op een brief van de bank.", "nl")]
    [InlineData("Где моя карта? Я жду уже неделю.", "ru")]
    [InlineData("Де моя картка? Я чекаю її вже тиждень.", "uk")]
    [InlineData("カードはどこですか。一週間待っています。", "ja")]
    [InlineData("我的卡在哪里？我已经等了一个星期。", "zh")]
    [InlineData("카드는 어디에 있나요? 일주일째 기다리고 있어요.", "ko")]
    [InlineData("Thẻ của tôi ở đâu? Tôi đã đợi một tuần rồi.", "vi")]
    [InlineData("أين بطاقتي؟ أنا أنتظر منذ أسبوع.", "ar")]
    [InlineData("Πού είναι η κάρτα μου;", "el")]
    public void A_sentence_tells_its_language(string text, string language) => Assert.Equal(language, LanguageGuess.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("42 + 17 = 59 👍")]
    [InlineData("card_arrival")]
    [InlineData("{\"intent\": \"card_arrival\", \"score\": 0.9}")]
    public void What_is_too_short_to_tell_has_none(string text) => Assert.Null(LanguageGuess.Of(text));

    [Fact]
    public void Paragraphs_of_XQuAD_are_English()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data!, "xquad", "xquad.en.json")));
        var paragraphs = document.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray())
            .Select(paragraph => paragraph.GetProperty("context").GetString()!).ToList();
        Assert.InRange(paragraphs.Count(text => LanguageGuess.Of(text) == "en"), .98 * paragraphs.Count, paragraphs.Count);
    }
}
