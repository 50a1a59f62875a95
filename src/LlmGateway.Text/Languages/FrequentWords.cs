namespace LlmGateway.Text.Languages;

/// <summary>
/// About two hundred frequent words of each language that is written in Latin letters, the more frequent ones first: what everyday
/// sentences are made of, of no special subject. What several languages have stands in each of them.
/// </summary>
internal static class FrequentWords
{
    public static readonly IReadOnlyList<(string Code, string[] Words)> Lists =
    [
        ("en", Split("""
            the of and to a in is i that it you for was on are as with he be at this have from or had by not but what his we were when can an your which
            their my if do will how about me she they there all has would so one up out been more them who her him just like then its no know get don t
            now time some than other could into only see our also after go new did where why need want any two because over does these here way us make
            good m ve am right think back very well even most said much take should got still really being first too before down please many each every
            while without under again between never always same such those through off last another something both people man woman child children
            mother father friend house home water food school world life day days year years week month morning evening night today tomorrow yesterday
            three four five work money car door book city street name thing things problem question answer come came seen say says tell give keep find
            found look help open close buy read write eat drink sleep live love play talk hear feel ask leave big small little old young long short bad
            nice beautiful better best hello thanks thank sorry sure course around ago late early soon often maybe whole bit lot made went
            """)),
        ("de", Split("""
            die der und in ich zu das ist nicht den es sie mit sich ein von auf eine auch für dem des so wie im dass er an als wir aber du war was haben
            hat wenn nur noch mir mich man aus bei oder nach kann um einen einer am dann da mein sind schon wird vom zum mehr sein wurde habe ja werden
            doch einem über meine durch ihr jetzt hier bin keine vor sehr bis gibt alle uns zur immer wo diese ihre müssen muss kein wieder können mal
            dir dich unter warum möchte gut will viel zwischen heute seine gegen ohne nichts etwas weil selbst bitte wer damit würde seit soll weiß geht
            ab welche dieser ihm kommt machen wollen hatte ihn wann morgen nein leute menschen mann frau kind kinder mutter vater freund freunde haus
            wasser essen schule welt leben tag tage jahr jahre woche monat abend nacht gestern drei vier fünf arbeit geld auto tür buch stadt straße
            name sache problem frage antwort kommen kam sehen gesehen sagen sagt sage denke geben gibst finden finde suche hilfe helfen öffnen kaufen
            gekauft lesen schreiben trinken schlafen wohnt lebt liebe spielen sprechen hören fragen bleiben groß große kleine kleinen alt alte neue
            neuen lange schlecht schön besser hallo danke entschuldigung natürlich früh spät bald oft vielleicht ganz zeit uhr letzte nächste unser
            unsere euch gehen gehe fahren
            """)),
        ("fr", Split("""
            de la le et les des en à un que une est je pour qui dans il pas du ne vous ce on au a sur se l d c j plus par avec n mais nous tu s son elle
            tout ai ça qu me sont y ou bien comme été moi fait sa ses aux si cette leur cela même ces suis mon être très faire peut m ma quand où deux
            oui votre notre était ont tous sans dire toi lui non rien là aussi encore avez ils après comment avoir dit faut es mes toujours pourquoi
            sous avant te ici peu donc depuis jamais veux dois voir quoi chez déjà temps alors ans peux entre trop demain beaucoup merci puis quel
            quelle gens homme femme enfant enfants mère père ami amis maison eau manger école monde vie jour jours année semaine mois matin soir nuit
            hier trois quatre cinq travail argent voiture porte livre ville rue nom chose choses problème question réponse vient venir vu voit dis pense
            donner trouver trouvé cherche aide aider ouvrir fermer acheter lire écrire boire dormir vit aime parler parle entendre demander partir
            rester grand grande petit petite vieux nouveau nouvelle longtemps mauvais beau belle mieux bonjour bonsoir désolé pardon sûr tard tôt
            souvent heure heures dernier prochain nos leurs cet aller allez va vais prendre pris mettre
            """)),
        ("es", Split("""
            de la que el en y a los no se un una por es con lo las para me del te su mi al como está si más pero yo le o qué ha este esta sus ya todo tu
            eso era hay muy sin sobre ser bien cuando también porque son nos aquí así cómo he fue estoy hasta tengo hace tiene quiero puedo ese esto
            desde entre todos puede dos donde otro nada ni sólo solo nosotros después ahora vez algo antes han día ella él mis tan quién dónde usted
            estaba sí poco gracias siempre cuál cada favor cuándo voy hacer tienes eres vamos están parte uno otra tenemos mañana hoy nunca estos
            necesito soy mucho gente hombre mujer niño niños hijo madre padre amigo amigos casa agua comida escuela mundo vida días año años semana mes
            noche tarde ayer tres cuatro cinco trabajo dinero coche puerta libro ciudad calle nombre cosa cosas problema pregunta respuesta viene venir
            vi veo dice dijo creo sé dar encontrar encontré busco ayuda ayudar abrir cerrar comprar leer escribir comer beber dormir vive vivo quiere
            gusta gustan jugar hablar habla oír salir grande pequeño pequeña viejo nuevo nueva largo malo mejor hola buenos buenas perdón claro temprano
            pronto hora horas último próxima nuestra nuestro ir va vas tomar les tus
            """)),
        ("it", Split("""
            di e che il la non è un a in per una i le mi si sono ho con da lo del l ma ti al c come se della ci ha nel più su questo no gli ne sei bene
            io anche o dei alla tu cosa perché mio molto era me qui solo tutto dal quando hai delle mia questa essere ancora sul te suo nella fatto
            abbiamo va prima ora fare loro lei lui chi dove stato sua dell poi così qualcosa niente tutti noi sta quello siamo anni ai due dopo mai può
            sempre senza adesso vuoi voglio posso devo già hanno alle dalla tempo grazie allora fa oggi quanto ogni parte sto qualche domani quale gente
            uomo donna bambino bambini figlio madre padre amico amici casa acqua cibo scuola mondo vita giorno giorni anno settimana mese mattina sera
            notte ieri tre quattro cinque lavoro soldi macchina porta libro città strada nome cose problema domanda risposta viene venire visto vedo
            dice detto penso so dare trovare trovato cerco aiuto aiutare aprire chiudere comprare leggere scrivere mangiare bere dormire vive abita
            piace piacciono giocare parlare parla sentire uscire grande piccolo piccola vecchio nuovo nuova lungo brutto bello bella meglio ciao
            buongiorno scusa certo tardi presto spesso ore ultimo prossimo nostra nostro andare vado prendere mette quella quelli
            """)),
        ("pt", Split("""
            de que a o e não do da em um para é com uma os no se na por mais eu as dos me isso você como mas foi ao ele das tem à te está seu sua ou
            muito já quando nos minha meu bem ser também só sem aqui até há ela isto estou esta pelo vai tudo são pela este fazer era depois sim num nem
            mim pode porque ter eles onde quem então nós ainda agora tenho nada vou ver hoje sobre posso esse essa lhe estava entre mesmo quero todos
            deve dois preciso ano antes sempre nunca obrigado qual pra lá temos meus fui tão estamos seus aos favor coisa quanto amanhã quer gente homem
            mulher criança crianças filho mãe pai amigo amigos casa água comida escola mundo vida dia dias anos semana mês manhã noite tarde ontem três
            quatro cinco trabalho dinheiro carro porta livro cidade rua nome coisas problema pergunta resposta vem vir vi vejo diz disse acho sei dar
            encontrar encontrei procuro ajuda ajudar abrir fechar comprar ler escrever comer beber dormir mora vive gosto gosta jogar falar fala ouvir
            sair grande pequeno pequena velho novo nova longo mau melhor olá bom boa desculpe claro cedo logo hora horas último próxima nossa nosso ir
            vamos tomar pelos numa
            """)),
        ("nl", Split("""
            de het een van en ik in is dat je niet te op we wat zijn voor met die er maar ze om hij aan dan als ook naar hebben heb nog bij of mijn was
            uit heeft door kan geen me moet wel weet zo ben zou dit waar over hoe zal tot deze worden wordt wil meer nu hier u mij haar jij gaan gaat al
            kunnen daar onze iets toch werd jullie zich waarom ons wie kom na veel goed hun hem niets weer iemand had alleen altijd jouw moeten doen
            nooit alles mag omdat kunt tegen maak nee misschien twee wanneer mensen zonder onder ga morgen andere hebt laat vandaag heel waren welke man
            vrouw kind kinderen moeder vader vriend vrienden huis water eten school wereld leven dag dagen jaar week maand ochtend avond nacht gisteren
            drie vier vijf werk geld auto deur boek stad straat naam ding dingen probleem vraag antwoord komt komen zie zien gezien zeggen zegt zei denk
            geven vinden vind zoek help helpen openen dicht kopen gekocht lezen schrijven drinken slapen woont leeft liefde spelen praten horen vragen
            blijven groot grote klein kleine oud oude nieuw nieuwe lang slecht mooi beter hallo dank bedankt sorry natuurlijk vroeg snel vaak uur tijd
            laatste volgende eens even lekker houdt staat ligt zit
            """)),
        ("sv", Split("""
            och att det i är som en på jag av för med den till inte har de om ett han var vi du så men sig från kan man när nu hon där mig skulle vad
            alla eller hade ska dig här min vill mycket ut ni upp över efter vara bara mot blev in bli mitt ditt hur bra varför under vid sin något
            finns måste mer kommer dom dem honom då dag någon också oss år varit ingen tack mina får ja nej göra vet går två andra sedan aldrig inget
            mellan skall denna detta kunde blir utan idag vem sitt igen gör väl innan imorgon varje ha tar folk människor kvinna barn mamma pappa vän
            vänner hus huset vatten mat skola världen livet dagar vecka månad morgon kväll natt igår tre fyra fem jobb pengar bil dörr bok stad gata
            namn sak saker problem fråga svar komma se ser sett säga säger sa tror ge hitta hittade hjälp hjälpa öppna stänga köpa köpte läsa skriva äta
            äter dricka sova bor lever älskar spela prata höra stanna stor stora liten litet små gammal gamla ny nya lång dålig vacker bättre hej snälla
            förlåt naturligtvis tidigt sent snart ofta klockan tid sista nästa våra vårt gick åka tycker heter behöver
            """)),
        ("da", Split("""
            og i at det er en af på til jeg ikke har med for den de som et du han vi var men om kan sig der så mig fra min hvad ved når hun skal eller
            være os vil efter også have nu blev op ham hvor havde over ud vores her da hvis må man dig ind noget alle blive mod hendes hans denne godt
            to bliver meget få mere igen kun mit nej ja fordi gør aldrig tak hvordan hvorfor ville kom mellem gå går ingen dem nogen siger bare selv
            under skulle kunne dette lige hvem sine siden tage ned dag uden dine mine hver hvornår ser vide folk mennesker mand kvinde barn børn mor far
            ven venner hus huset vand mad skole verden livet dage år uge måned morgen aften nat tre fire fem arbejde penge bil dør bog by gade navn ting
            problem spørgsmål svar komme se set sige sagde tror give finde fandt hjælp hjælpe åbne lukke købe købte læse skrive spise spiser drikke sove
            bor lever elsker spille tale høre spørge stor store lille små gammel gamle ny nye lang dårlig smuk bedre hej venligst undskyld selvfølgelig
            tidligt sent snart ofte klokken tid sidste næste gik tager synes hedder lidt
            """)),
        ("pl", Split("""
            w i na się nie z do to że jest o jak a po co za od mi dla tak ale przez mnie ja ten jego tym są był już czy być może tylko jej ma mam było
            przy pan ich ze cię gdzie jestem kiedy bardzo go tu ty pod jeszcze przed moje mój moja te tej będzie tego która który które mogę dlaczego
            oraz mu teraz więc ją nic sobie dobrze chcę lub także nad gdy ktoś coś jednak by wszystko aby nas nam bez można dwa muszę roku została masz
            wiem niż żeby kto aż albo proszę nigdy zawsze tutaj trzeba twój jaki jutro dziś dzisiaj dziękuję ile bo we też ludzie ludzi człowiek kobieta
            dziecko dzieci mama mamy ojciec matka przyjaciel dom domu woda wody szkoła świat życie dzień dni rok lata tydzień miesiąc rano wieczór
            wieczorem noc wczoraj trzy cztery pięć praca pracy pieniądze samochód drzwi książka miasto miasta ulica imię rzecz rzeczy problem pytanie
            odpowiedź idzie widzę widział mówi powiedział myślę dać znaleźć szukam pomoc pomóc otworzyć zamknąć kupić kupił czytać pisać jeść pić spać
            mieszka mieszkam lubię lubi kocham grać mówić słyszę pytać zostać duży duża mały mała stary nowy nowa długo zły piękny lepiej cześć dobry
            przepraszam oczywiście wcześnie późno wkrótce często godzinie nasz nasza nowe idę robi
            """)),
        ("cs", Split("""
            a se v na je to že s z do o i jsem ve pro za jako ale po tak k co si by od už byl jak jsme mi který které která jsou ten ani mě ze tady není
            být při jen nebo jeho má mám také ještě tu když než až bylo byla tam ty bude kde jste můj moje moc proč může něco dnes mohu teď jsi já my vy
            všechno protože kdy můžu nic před mezi jejich aby více chci nám vám tento tím toho podle bez musím kdo svou svůj víc velmi dobře této tohle
            jeden dva proto však ho její jí ta kolik prosím děkuji vždy nikdy zítra někdo roku pod musí máte budu lidé lidi člověk žena dítě děti máma
            matka otec přítel dům domů doma voda vody škola svět život den dny rok roky týden měsíc ráno večer noc včera tři čtyři pět práce práci
            peníze auto dveře kniha město ulice jméno věc věci problém otázka odpověď přijde vidím viděl říká řekl myslím dát najít hledám pomoc pomoci
            otevřít zavřít koupit koupil číst psát jíst pít spát bydlí bydlím žije rád ráda miluji hrát mluvit slyším zeptat zůstat velký velká malý
            malá starý nový nová dlouho špatný krásný lépe ahoj dobrý promiňte samozřejmě brzy pozdě často hodin hodiny náš naše jde jdu dělá tenhle
            """)),
        ("ro", Split("""
            de și în a la nu o să pe că cu un este mai din se ce am care pentru sunt e ai ca au ar ești va dar îmi fi asta lui i îl te al fost sau dacă
            eu era după prin ei tot mi avea are ne aici bine ale când unde cum acest foarte fără cel vreau acum nici doar această lor trebuie tu el ea
            ceva ți le lucru poate poți pot face până mea meu fac nimic noi știu tine mine acolo despre unui unei cea între două toate toți fiind
            niciodată mult cine câte ta tău ani azi mâine vă mulțumesc rog ori iar decât prea vor său sa însă oameni om femeie copil copii copiii mama
            tata prieten prieteni casă casa apă apa mâncare școală școala lume viață zi ziua zile an anul săptămână lună dimineață dimineața seara
            noapte ieri trei patru cinci muncă bani mașina mașină ușa carte cartea oraș strada nume lucruri problemă întrebare răspuns vine veni văd
            văzut spune spus cred da găsi găsit caut ajutor ajuta deschide închide cumpăra citi scrie mânca bea dormi locuiește trăiește place iubesc
            juca vorbi vorbește aud pleca mare mic mică vechi nou nouă lung rău frumos frumoasă salut bună scuze sigur devreme târziu curând des ora ore
            ultima următoare nostru noastră merg luat aceasta acesta astăzi
            """)),
        ("tr", Split("""
            bir ve bu ne için da de mi ben çok o var ama değil daha şey gibi kadar sen evet hayır mı her iyi ile beni bana seni ki sana benim en şimdi
            burada nasıl neden oldu ya olarak sonra biz olan çünkü hiç onu zaman onun yok bunu olduğunu tamam nerede ilk yeni yapmak biraz senin tek kim
            mu mü misin şu lütfen bile önce önemli olur iki diye hiçbir veya ancak bizi göre başka bugün yarın orada teşekkürler böyle olacak istiyorum
            artık ise siz ona yine sizin büyük tüm birkaç zaten ediyor nedir gün hemen edin gerekiyor olması niye kaç istiyor biri hep biliyorum bunun
            insanlar adam kadın çocuk çocuklar anne annem baba babam arkadaş arkadaşım ev evde eve su yemek okul okula dünya hayat günler yıl hafta ay
            sabah akşam gece dün üç dört beş iş işe para araba kapı kitap şehir sokak isim adın şeyler sorun soru cevap geliyor geldi gel gördüm
            görüyorum diyor dedi düşünüyorum ver bul buldum arıyorum yardım açık kapat satın aldım almak okumak yazmak içmek uyumak yaşıyor oturuyor
            seviyorum oynamak konuşmak duydum gitmek gidiyor gitti küçük eski uzun kötü güzel merhaba teşekkür özür tabii erken geç yakında sık saat son
            gelecek bizim bak et etti yaptı nereye burası değilim
            """)),
        ("id", Split("""
            yang di dan tidak ini itu dengan untuk saya aku dari dalam kau akan ada anda kita kami pada mereka apa dia bisa ke adalah juga sudah oleh
            karena orang atau tak kamu telah tapi lebih tahu jika harus bahwa ya seperti sebagai banyak menjadi hanya lagi saat tahun belum jangan dapat
            hari semua mengapa bagaimana tetapi satu dua kenapa masih sangat setelah antara baik mana siapa lain kalau sampai kepada mau seorang
            sekarang terima kasih aja nya ingin tanpa sana sini kapan tersebut serta namun bukan secara para hal agar sebuah ia pernah pun perlu sedang
            selalu punya besok bagi maka berapa laki perempuan wanita anak ibu ayah teman rumah air makan makanan sekolah dunia hidup minggu bulan pagi
            sore malam kemarin tiga empat lima kerja bekerja uang mobil pintu buku kota jalan nama masalah pertanyaan jawaban datang lihat melihat
            bilang kata berkata pikir memberi menemukan mencari tolong bantuan membantu buka membuka tutup beli membeli membaca menulis minum tidur
            tinggal suka cinta bermain bicara berbicara dengar bertanya pergi besar kecil tua muda baru lama buruk indah bagus halo selamat maaf tentu
            cepat lambat segera sering jam waktu terakhir depan rumahnya kali membuat ambil pakai boleh kah
            """)),
    ];

    private static string[] Split(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
