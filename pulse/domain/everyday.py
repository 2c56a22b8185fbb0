"""Words that are names of people and ordinary words as well, and often begin a sentence.

Standing alone they are not taken for a name: "Will" at the beginning of a sentence is hardly ever
a person. Together with the rest of the name, after a title or with "'s" they are. Words that begin
a sentence too seldom to matter (Baker, Stone, Koch) are left out, so these names are masked. The
list is ours: no library that Pulse has knows which ordinary words people bear as names.
"""

# Words that carry a name along ("von der Leyen") and say nothing by themselves.
PARTICLES = frozenset(
    """
    af al ap av bin bint da dal dalla de degli dei del della den der des di do dos du e el het ibn
    la las le los op ten ter van vom von y zu zum zur
    """.split()
)
TITLES = frozenset(
    """
    mr mrs ms miss mx sir madam dr prof professor herr herrn frau hr fr sig signor signora monsieur
    madame mme mlle don dona senor senora sr sra mevrouw meneer
    """.split()
)
_ENGLISH = """
    about after again all also and any april are ask august bank banks bar best better black
    blank bless blue both box brown but can card care case cash chance change cheek clerk
    close cool cost cotton could cross daily day days deal dear december deep did does done
    down drive driver due duty early earn east easter else ended even ever every fair faith
    far fast february few field fields fine first flex foot free french friday friend from
    full game get give given glass gold good gray great green grey ground had hall hand hands
    hard has have head heard heart her here high hill him his holiday home honor honour hope
    how its january join judge july june just justice keen keep key kind know lack lake large
    last late law lead leader leave less let level like line link little live long look lord
    love low luck made main major make man many march market may mayor mean mercy might mile
    mill mine miss monday moon moral more most much must need needs never new newly next nice
    nobody none north not note notes november now october off office old once one only open
    other our out over own page park part pass past patience patient pay peace people per pick
    place plan plant please point pool poor pound power precious press price pride prior prize
    proper quick quiet quite rain rate rather rest rice ride right ring rings rise river rock
    room sales sand saturday save say school scope see self sell send september shade sharp
    sharpe she shop short should show simple since site skill small smart snow social some
    soon south spring stable stage star stay steel still stop storm strange street strong such
    summer sun sunday sure take talk tall team tell than thank thanks that their then there
    these they thing think this those thursday time timely too top town trade train true trust
    try tuesday turn two under union use van vice wait walk wall want was watch water way
    wednesday weeks well were west what when where which while white who whole why wild will
    win winner winter wise wish with without word words work worth worthy would yard year
    years yes yet you young your
"""
_GERMAN = """
    aber alle alles als also alt auch auf aus besser bitte blume buch dann das dass dem den
    denn der die dies doch dort drei durch eben ehrlich ein eine eins ernst erst es etwas fast
    fest frei freitag ganz gar gast gern glas gold gross grun gut haben hart heiss her herbst
    herz heute hier hoch hoffnung ich ihr immer ist jede jeder jung kein keine klar klein klug
    kopf kraft krank kreis krieg kunst kurz lang lange laut leider leise lieb liebe lob mai
    mal man mehr mein mensch mir mit montag morgen nein neu nicht nie noch nord nun nur oben
    oder ohne ost pause platz preis rat recht reich reif rein ring rot ruhe sauer schade
    scharf schick schluss schnell schon schwarz sehr sein seit selbst sie sommer sonne sonntag
    sorge spass stark statt still stolz streit sud tag teuer tief tisch trotz uber und unser
    unten viel vier voll vor wald wann war warum was weg weil weise weiss weit welt wenig wenn
    wer wie wieder winter wir wo wohl wort wunder zeit zimmer zorn zu zwei
"""
EVERYDAY = frozenset((_ENGLISH + _GERMAN).split())
