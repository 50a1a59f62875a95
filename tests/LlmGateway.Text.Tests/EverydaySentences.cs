namespace LlmGateway.Text.Tests;

/// <summary>Short sentences of everyday life, written for these tests: at least eight of each language that can be told.</summary>
internal static class EverydaySentences
{
    public static readonly IReadOnlyList<(string Language, string[] Sentences)> All =
    [
        ("en", Lines("""
            Where did you put the keys?
            It is raining again today.
            We are having dinner at eight.
            My brother lives in London with two cats.
            Could you open the window, please?
            The train was late this morning.
            She doesn't like coffee.
            How much does this book cost?
            I forgot to call my mother.
            They bought a small house near the sea.
            What time does the shop close?
            Our neighbour has a new dog.
            I would like a cup of tea.
            He broke his leg while skiing.
            Is there a bus to the airport?
            The children are playing in the garden.
            Please turn off the light.
            My phone battery is empty.
            Nobody answered the phone yesterday.
            Which colour do you prefer?
            Let's meet at the station tomorrow.
            Her birthday is in March.
            """)),
        ("de", Lines("""
            Wo hast du die Schlüssel hingelegt?
            Es regnet heute schon wieder.
            Wir essen um acht Uhr zu Abend.
            Mein Bruder wohnt mit zwei Katzen in Berlin.
            Kannst du bitte das Fenster öffnen?
            Der Zug hatte heute Morgen Verspätung.
            Sie mag keinen Kaffee.
            Wie viel kostet dieses Buch?
            Ich habe vergessen, meine Mutter anzurufen.
            Sie haben ein kleines Haus am Meer gekauft.
            Wann macht der Laden zu?
            Unser Nachbar hat einen neuen Hund.
            Ich hätte gern eine Tasse Tee.
            Er hat sich beim Skifahren das Bein gebrochen.
            Fährt ein Bus zum Flughafen?
            Die Kinder spielen im Garten.
            Mach bitte das Licht aus.
            Mein Handy hat keinen Akku mehr.
            Gestern ging niemand ans Telefon.
            Welche Farbe gefällt dir besser?
            Treffen wir uns morgen am Bahnhof.
            Sie hat im März Geburtstag.
            """)),
        ("fr", Lines("""
            Où as-tu mis les clés ?
            Il pleut encore aujourd'hui.
            Nous dînons à huit heures.
            Mon frère habite à Lyon avec deux chats.
            Peux-tu ouvrir la fenêtre, s'il te plaît ?
            Le train était en retard ce matin.
            Elle n'aime pas le café.
            Combien coûte ce livre ?
            J'ai oublié d'appeler ma mère.
            Ils ont acheté une petite maison près de la mer.
            À quelle heure ferme le magasin ?
            Notre voisin a un nouveau chien.
            Je voudrais une tasse de thé.
            Il s'est cassé la jambe en faisant du ski.
            Y a-t-il un bus pour l'aéroport ?
            Les enfants jouent dans le jardin.
            Éteins la lumière, s'il te plaît.
            Mon téléphone n'a plus de batterie.
            Personne n'a répondu au téléphone hier.
            Quelle couleur préfères-tu ?
            Retrouvons-nous demain à la gare.
            Son anniversaire est en mars.
            """)),
        ("es", Lines("""
            ¿Dónde has puesto las llaves?
            Hoy está lloviendo otra vez.
            Cenamos a las ocho.
            Mi hermano vive en Madrid con dos gatos.
            ¿Puedes abrir la ventana, por favor?
            El tren llegó tarde esta mañana.
            A ella no le gusta el café.
            ¿Cuánto cuesta este libro?
            Se me olvidó llamar a mi madre.
            Compraron una casa pequeña cerca del mar.
            ¿A qué hora cierra la tienda?
            Nuestro vecino tiene un perro nuevo.
            Quisiera una taza de té.
            Se rompió la pierna esquiando.
            ¿Hay un autobús al aeropuerto?
            Los niños juegan en el jardín.
            Apaga la luz, por favor.
            Mi teléfono no tiene batería.
            Ayer nadie contestó el teléfono.
            ¿Qué color prefieres?
            Nos vemos mañana en la estación.
            Su cumpleaños es en marzo.
            """)),
        ("it", Lines("""
            Dove hai messo le chiavi?
            Oggi piove di nuovo.
            Ceniamo alle otto di sera.
            Mio fratello vive a Roma con due gatti.
            Puoi aprire la finestra, per favore?
            Il treno era in ritardo questa mattina.
            A lei non piace il caffè.
            Quanto costa questo libro?
            Ho dimenticato di chiamare mia madre.
            Hanno comprato una piccola casa vicino al mare.
            A che ora chiude il negozio?
            Il nostro vicino ha un cane nuovo.
            Vorrei una tazza di tè.
            Si è rotto la gamba sciando.
            C'è un autobus per l'aeroporto?
            I bambini giocano in giardino.
            Spegni la luce, per favore.
            Il mio telefono è scarico.
            Ieri nessuno ha risposto al telefono.
            Quale colore preferisci?
            Vediamoci domani alla stazione.
            Il suo compleanno è a marzo.
            """)),
        ("pt", Lines("""
            Onde você colocou as chaves?
            Hoje está chovendo de novo.
            Nós jantamos às oito horas.
            O meu irmão mora em Lisboa com dois gatos.
            Você pode abrir a janela, por favor?
            O trem chegou atrasado esta manhã.
            Ela não gosta de café.
            Quanto custa este livro?
            Esqueci de ligar para a minha mãe.
            Eles compraram uma casa pequena perto do mar.
            A que horas fecha a loja?
            O nosso vizinho tem um cão novo.
            Eu queria uma xícara de chá.
            Ele quebrou a perna esquiando.
            Tem ônibus para o aeroporto?
            As crianças estão brincando no jardim.
            Apague a luz, por favor.
            O meu telefone está sem bateria.
            Ontem ninguém atendeu o telefone.
            Que cor você prefere?
            Vamos nos encontrar amanhã na estação.
            O aniversário dela é em março.
            """)),
        ("nl", Lines("""
            Waar heb je de sleutels gelegd?
            Het regent vandaag alweer.
            We eten om acht uur.
            Mijn broer woont met twee katten in Utrecht.
            Kun je het raam even opendoen?
            De trein had vanmorgen vertraging.
            Zij houdt niet van koffie.
            Hoeveel kost dit boek?
            Ik ben vergeten mijn moeder te bellen.
            Ze hebben een klein huis bij de zee gekocht.
            Hoe laat sluit de winkel?
            Onze buurman heeft een nieuwe hond.
            Ik wil graag een kopje thee.
            Hij heeft zijn been gebroken tijdens het skiën.
            Gaat er een bus naar het vliegveld?
            De kinderen spelen in de tuin.
            Doe het licht even uit.
            De batterij van mijn telefoon is leeg.
            Gisteren nam niemand de telefoon op.
            Welke kleur vind je mooier?
            Laten we morgen op het station afspreken.
            Ze is jarig in maart.
            """)),
        ("sv", Lines("""
            Var har du lagt nycklarna?
            Det regnar igen idag.
            Vi äter middag klockan åtta.
            Min bror bor i Malmö med två katter.
            Kan du öppna fönstret, tack?
            Tåget var försenat i morse.
            Hon tycker inte om kaffe.
            Hur mycket kostar den här boken?
            Jag glömde att ringa min mamma.
            De köpte ett litet hus nära havet.
            När stänger affären?
            Vår granne har en ny hund.
            Jag skulle vilja ha en kopp te.
            Han bröt benet när han åkte skidor.
            Går det en buss till flygplatsen?
            Barnen leker i trädgården.
            Kan du släcka lampan?
            Batteriet i min telefon är slut.
            Ingen svarade i telefonen igår.
            Vilken färg gillar du bäst?
            Vi ses på stationen imorgon.
            Hon fyller år i mars.
            """)),
        ("da", Lines("""
            Hvor har du lagt nøglerne?
            Det regner igen i dag.
            Vi spiser aftensmad klokken otte.
            Min bror bor i Aarhus med to katte.
            Kan du åbne vinduet for mig?
            Toget var forsinket i morges.
            Hun kan ikke lide kaffe.
            Hvor meget koster den her bog?
            Jeg glemte at ringe til min mor.
            De købte et lille hus ved havet.
            Hvornår lukker butikken?
            Vores nabo har fået en ny hund.
            Jeg vil gerne have en kop te.
            Han brækkede benet på skiferien.
            Kører der en bus til lufthavnen?
            Børnene leger i haven.
            Vil du slukke lyset?
            Min telefon er løbet tør for strøm.
            Ingen tog telefonen i går.
            Hvilken farve kan du bedst lide?
            Lad os mødes på stationen i morgen.
            Hun har fødselsdag i marts.
            """)),
        ("pl", Lines("""
            Gdzie położyłeś klucze?
            Dzisiaj znowu pada deszcz.
            Jemy kolację o ósmej.
            Mój brat mieszka w Krakowie z dwoma kotami.
            Czy możesz otworzyć okno?
            Pociąg spóźnił się dziś rano.
            Ona nie lubi kawy.
            Ile kosztuje ta książka?
            Zapomniałem zadzwonić do mamy.
            Kupili mały dom nad morzem.
            O której zamykają sklep?
            Nasz sąsiad ma nowego psa.
            Poproszę filiżankę herbaty.
            Złamał nogę na nartach.
            Czy jest autobus na lotnisko?
            Dzieci bawią się w ogrodzie.
            Zgaś światło, proszę.
            Rozładował mi się telefon.
            Wczoraj nikt nie odebrał telefonu.
            Jaki kolor wolisz?
            Spotkajmy się jutro na dworcu.
            Ona ma urodziny w marcu.
            """)),
        ("cs", Lines("""
            Kam jsi dal klíče?
            Dnes zase prší.
            Večeříme v osm hodin.
            Můj bratr bydlí v Brně se dvěma kočkami.
            Můžeš prosím otevřít okno?
            Vlak měl dnes ráno zpoždění.
            Ona nemá ráda kávu.
            Kolik stojí tahle kniha?
            Zapomněl jsem zavolat mámě.
            Koupili si malý dům u moře.
            V kolik hodin zavírá obchod?
            Náš soused má nového psa.
            Dal bych si šálek čaje.
            Zlomil si nohu na lyžích.
            Jede nějaký autobus na letiště?
            Děti si hrají na zahradě.
            Zhasni prosím světlo.
            Vybil se mi telefon.
            Včera nikdo nezvedl telefon.
            Jakou barvu máš raději?
            Sejdeme se zítra na nádraží.
            Ona má narozeniny v březnu.
            """)),
        ("ro", Lines("""
            Unde ai pus cheile?
            Astăzi plouă din nou.
            Luăm cina la ora opt.
            Fratele meu locuiește la Cluj cu două pisici.
            Poți să deschizi fereastra, te rog?
            Trenul a întârziat în dimineața asta.
            Ei nu îi place cafeaua.
            Cât costă cartea aceasta?
            Am uitat să o sun pe mama.
            Au cumpărat o casă mică lângă mare.
            La ce oră se închide magazinul?
            Vecinul nostru are un câine nou.
            Aș vrea o ceașcă de ceai.
            Și-a rupt piciorul la schi.
            Există un autobuz până la aeroport?
            Copiii se joacă în grădină.
            Stinge lumina, te rog.
            Mi s-a descărcat telefonul.
            Ieri nimeni nu a răspuns la telefon.
            Ce culoare preferi?
            Ne vedem mâine la gară.
            Ziua ei de naștere este în martie.
            """)),
        ("tr", Lines("""
            Anahtarları nereye koydun?
            Bugün yine yağmur yağıyor.
            Akşam yemeğini saat sekizde yiyoruz.
            Kardeşim iki kediyle İzmir'de yaşıyor.
            Pencereyi açar mısın lütfen?
            Tren bu sabah geç kaldı.
            O kahve sevmiyor.
            Bu kitap ne kadar?
            Annemi aramayı unuttum.
            Deniz kenarında küçük bir ev aldılar.
            Dükkan saat kaçta kapanıyor?
            Komşumuzun yeni bir köpeği var.
            Bir fincan çay istiyorum.
            Kayak yaparken bacağını kırdı.
            Havaalanına otobüs var mı?
            Çocuklar bahçede oynuyor.
            Işığı kapatır mısın?
            Telefonumun şarjı bitti.
            Dün kimse telefona cevap vermedi.
            Hangi rengi tercih edersin?
            Yarın istasyonda buluşalım.
            Onun doğum günü mart ayında.
            """)),
        ("id", Lines("""
            Di mana kamu menaruh kunci itu?
            Hari ini hujan lagi.
            Kami makan malam jam delapan.
            Kakak saya tinggal di Bandung dengan dua kucing.
            Bisa tolong buka jendelanya?
            Kereta terlambat pagi ini.
            Dia tidak suka kopi.
            Berapa harga buku ini?
            Saya lupa menelepon ibu saya.
            Mereka membeli rumah kecil di dekat laut.
            Jam berapa toko itu tutup?
            Tetangga kami punya anjing baru.
            Saya mau secangkir teh.
            Kakinya patah waktu main ski.
            Apakah ada bus ke bandara?
            Anak-anak bermain di kebun.
            Tolong matikan lampunya.
            Baterai ponsel saya habis.
            Kemarin tidak ada yang menjawab telepon.
            Warna apa yang kamu suka?
            Ayo bertemu besok di stasiun.
            Ulang tahunnya di bulan Maret.
            """)),
        ("ru", Lines("""
            Где ты оставил ключи?
            Сегодня опять идёт дождь.
            Мы ужинаем в восемь часов.
            Мой брат живёт в Москве.
            Открой, пожалуйста, окно.
            Сколько стоит эта книга?
            Я забыл позвонить маме.
            Дети играют в саду.
            """)),
        ("uk", Lines("""
            Де ти залишив ключі?
            Сьогодні знову йде дощ.
            Ми вечеряємо о восьмій годині.
            Мій брат живе у Києві.
            Відчини, будь ласка, вікно.
            Скільки коштує ця книжка?
            Мені подобається твоя ідея.
            Діти граються в саду.
            """)),
        ("el", Lines("""
            Πού έβαλες τα κλειδιά;
            Σήμερα βρέχει πάλι.
            Τρώμε στις οκτώ.
            Ο αδελφός μου μένει στην Αθήνα.
            Άνοιξε το παράθυρο, παρακαλώ.
            Πόσο κάνει αυτό το βιβλίο;
            Ξέχασα να τηλεφωνήσω στη μητέρα μου.
            Τα παιδιά παίζουν στον κήπο.
            """)),
        ("he", Lines("""
            איפה שמת את המפתחות?
            היום שוב יורד גשם.
            אנחנו אוכלים בשמונה.
            אחי גר בתל אביב.
            תפתח בבקשה את החלון.
            כמה עולה הספר הזה?
            שכחתי להתקשר לאמא שלי.
            הילדים משחקים בגינה.
            """)),
        ("ar", Lines("""
            أين وضعت المفاتيح؟
            إنها تمطر اليوم مرة أخرى.
            نتعشى في الساعة الثامنة.
            أخي يسكن في القاهرة.
            افتح النافذة من فضلك.
            كم سعر هذا الكتاب؟
            نسيت أن أتصل بأمي.
            الأطفال يلعبون في الحديقة.
            """)),
        ("hi", Lines("""
            तुमने चाबियाँ कहाँ रखीं?
            आज फिर बारिश हो रही है।
            हम आठ बजे खाना खाते हैं।
            मेरा भाई दिल्ली में रहता है।
            कृपया खिड़की खोलो।
            यह किताब कितने की है?
            मैं माँ को फ़ोन करना भूल गया।
            बच्चे बगीचे में खेल रहे हैं।
            """)),
        ("th", Lines("""
            คุณวางกุญแจไว้ที่ไหน
            วันนี้ฝนตกอีกแล้ว
            เรากินข้าวเย็นตอนสองทุ่ม
            พี่ชายของฉันอยู่ที่กรุงเทพ
            ช่วยเปิดหน้าต่างหน่อย
            หนังสือเล่มนี้ราคาเท่าไหร่
            ฉันลืมโทรหาแม่
            เด็กๆ เล่นอยู่ในสวน
            """)),
        ("ja", Lines("""
            鍵をどこに置きましたか。
            今日もまた雨が降っています。
            八時に夕食を食べます。
            兄は東京に住んでいます。
            窓を開けてください。
            この本はいくらですか。
            母に電話するのを忘れました。
            子供たちは庭で遊んでいます。
            """)),
        ("ko", Lines("""
            열쇠를 어디에 두었어요?
            오늘 또 비가 와요.
            우리는 여덟 시에 저녁을 먹어요.
            형은 서울에 살아요.
            창문을 열어 주세요.
            이 책은 얼마예요?
            엄마에게 전화하는 것을 잊었어요.
            아이들이 마당에서 놀고 있어요.
            """)),
        ("zh", Lines("""
            你把钥匙放在哪儿了？
            今天又下雨了。
            我们八点吃晚饭。
            我哥哥住在北京。
            请把窗户打开。
            这本书多少钱？
            我忘了给妈妈打电话。
            孩子们在花园里玩。
            """)),
        ("vi", Lines("""
            Bạn để chìa khóa ở đâu?
            Hôm nay trời lại mưa.
            Chúng tôi ăn tối lúc tám giờ.
            Anh trai tôi sống ở Hà Nội.
            Làm ơn mở cửa sổ.
            Quyển sách này giá bao nhiêu?
            Tôi quên gọi điện cho mẹ.
            Bọn trẻ đang chơi trong vườn.
            """)),
    ];

    private static string[] Lines(string sentences) => sentences.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
