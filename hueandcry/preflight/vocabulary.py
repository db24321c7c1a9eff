"""Words the reading itself needs: what is never a person's name, titles, months, numbers, kinds of street."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# A full stop after these ends no sentence.
ABBREVIATIONS = _words(
    "mr mrs ms dr st ste det sgt insp supt lt capt const cst cpl ave rd blvd no nos vs approx jr sr mme mlle sra",
    "srta dra av avda apt prof rev hon co inc ltd ext tel fig eg ie etc",
)

# Before a name these mean “one of ours”.
OFFICERS = _words(
    "insp asst ofc dep maj pc dc ds di dci supt superintendent inspector sergeant sgt constable const cst detective det officer officers",
    "deputy trooper sheriff chief commissioner commander captain capt lieutenant lt corporal cpl pcso pio spokesperson",
    "spokesman spokeswoman agent gendarme agente oficial acs dcc acc marshal ranger dispatcher investigator",
    "woman_police_constable wpc major colonel patrol",
)
TITLES = _words("mr mrs ms miss mx dr m mme mlle madame monsieur sr sra srta senor senora don dona sir lady")

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan janvier enero",
            "february feb fevrier febrero",
            "march mar mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juin junio",
            "july jul juillet julio",
            "august aug aout agosto",
            "september sep sept septembre septiembre",
            "october oct octobre octubre",
            "november nov novembre noviembre",
            "december dec decembre diciembre",
        ],
        start=1,
    )
    for name in names.split()
}

NUMBERS = {str(number): number for number in range(121)} | {
    word: number
    for number, words in enumerate(
        [
            "one un uno", "two deux dos", "three trois tres", "four quatre cuatro", "five cinq cinco", "six seis",
            "seven sept siete", "eight huit ocho", "nine neuf nueve", "ten dix diez", "eleven onze once",
            "twelve douze doce", "thirteen treize trece", "fourteen quatorze catorce", "fifteen quinze quince",
            "sixteen seize dieciseis", "seventeen diecisiete",
        ],
        start=1,
    )
    for word in words.split()
}  # fmt: skip

ROADS = _words(
    "street st road rd lane ln avenue ave drive dr close court ct crescent cres way place pl terrace gardens grove",
    "boulevard blvd row square sq mews walk parkway pkwy circle cir trail hill rise view green common path wharf quay",
)
FOREIGN_ROADS = _words(
    "rue avenue boulevard chemin place impasse allee quai ruelle rang calle avenida avda plaza paseo camino carrera"
)
SCHOOLS = _words(
    "school academy college primary elementary secondary grammar nursery kindergarten preschool collegiate juniors",
    "infants",
)
FOREIGN_SCHOOLS = _words("ecole college lycee escuela colegio instituto polyvalente")

# A capital letter that is no part of a person's name.
NOT_NAMES = (
    ROADS
    | FOREIGN_ROADS
    | SCHOOLS
    | FOREIGN_SCHOOLS
    | frozenset(MONTHS)
    | frozenset(NUMBERS)
    | _words(
        # days, directions, the land
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun lundi",
        "mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo",
        "north south east west northern southern eastern western central upper lower great little new old port lake",
        "mount mountain river bay beach harbour harbor coast island islands valley creek bridge park wood woods forest",
        "field fields farm heights point pier marina dock docks fort saint san santa los las el cape",
        "city town village county district borough township province state region ward parish country england wales",
        "scotland ireland britain uk usa us america canada ontario california quebec london toronto europe spain france",
        # institutions and what belongs to them
        "police constabulary sheriff sheriffs department dept service services force unit team squad division branch",
        "bureau office station headquarters hq precinct detachment council court crown magistrates justice tribunal",
        "hospital clinic infirmary surgery centre center hall library museum church mosque temple synagogue cathedral",
        "club hotel inn pub bar cafe restaurant store stores shop shops market supermarket mall plaza bank pharmacy",
        "garage dealership bakery theatre cinema arena stadium gym airport terminal junction roundabout university",
        "institute society association foundation trust charity group company ltd inc limited league united festival",
        "fair carnival parade marathon championship cup trophy award awards week day month year campaign operation",
        "project programme program scheme initiative act bill section rule code schedule form route highway motorway",
        "freeway interstate expressway bypass exit platform gate room floor level unit apartment apt flat block building",
        "tower house lodge manor villa estate zone area line crime stoppers crimestoppers amber alert silver",
        "facebook instagram twitter youtube tiktok snapchat whatsapp nextdoor reddit bluesky mastodon google zoom teams",
        "ford toyota honda bmw audi vauxhall volkswagen vw nissan mazda chevrolet chevy dodge kia hyundai mercedes tesla",
        "jeep subaru renault peugeot citroen fiat seat skoda volvo mini yamaha suzuki kawasaki harley",
        "christmas easter halloween ramadan diwali hanukkah eid thanksgiving pride remembrance bonfire",
        "samaritans childline nspcc rspca nhs fbi siu iopc cps aa rac ems cctv anpr dna dob pd mp mpp ems",
        # words that begin a sentence or shout in a headline
        "a an the this that these those there here it he she they we you i his her their our your my its one two",
        "in on at of for from to by with without about after before during since until while when where who what why",
        "how if as and or but so not no yes all any some many most more every each both several please thank thanks",
        "officers officer detective detectives investigators witnesses anyone someone everyone nobody people residents",
        "drivers motorists parents children kids boys girls boy girl man men woman women teen teens teenager teenagers",
        "youth youths pupil pupils student students juvenile child baby toddler victim victims suspect suspects driver",
        "missing found wanted update updated urgent appeal appealing witness arrest arrested charged breaking news",
        "road traffic collision crash fire burglary robbery theft assault murder stabbing shooting help know have has",
        "did do does be is are was were been can could will would should may might must call contact report text email",
        "see seen spot look looking stay keep lock remember meet join visit watch read find follow share avoid expect",
        "today tonight tomorrow yesterday last next this morning afternoon evening night weekend now earlier later",
        "happy congratulations congrats well good great welcome sadly sorry unfortunately tragically safe be aware",
        "following around over under near between outside inside officers' dog dogs horse named aged age alt photo",
        "picture image footage video poster chief superintendent sergeant inspector constable pc mr's just did",
        "le la les un une des du au aux ce cette ces il elle ils elles nous vous je on et ou mais si ne pas avec pour",
        "sur dans par chez selon une policiers agents victime suspect homme femme garcon fille jeune",
        "los las unos unas del al este esta estos estas ella ellos ellas nosotros usted yo y o pero no con para por",
        "en segun agentes victima sospechoso hombre mujer nino nina joven menor",
    )
)
# Given names: beside one of them even “Hill”, “Park” or “June” is part of a name. They only widen what is seen;
# a name that is not here is found by its capitals all the same.
GIVEN = _words(
    "aaron abdul abigail adam adrian agnes ahmed aidan aisha alan alana albert alec alejandro alex",
    "alexander alexandra alexis alfie alfred ali alice alicia alison allan alma alyssa amanda amber",
    "amelia amina amir amy ana andre andrea andres andrew andy angela angelica angelo angus anita ann",
    "anna anne annie anthony antoine antonio anya archie ariana arjun arthur asha ashley ava ayesha",
    "barbara barry beatrice becky ben benjamin bernard beth bethany betty beverly bill billy blake bob",
    "bobby bonnie brad bradley brandon brenda brendan brian bridget brittany brooke bruce bryan caitlin",
    "callum calvin cameron camila camille carl carla carlos carmen carol caroline carolyn carrie casey",
    "catherine cathy cecilia chad chantal charles charlie charlotte chelsea cheryl chloe chris christian",
    "christina christine christopher cindy claire clara clarence claude claudia clive clyde cody colin",
    "colleen connor conor cora corey courtney craig crystal curtis cynthia daisy dale damian dan dana",
    "daniel daniela danielle danny darius darren daryl dave david dawn dean deborah declan denis denise",
    "dennis derek diana diane diego dillon dina dmitri dominic don donald donna doris dorothy doug",
    "douglas duncan dustin dwayne dylan earl eddie edith eduardo edward edwin eileen elaine eleanor elena",
    "eli elijah elisa elizabeth ella ellen ellie elliot elsa elsie emily emma eric erica erik erin ernest",
    "esther ethan eugene eva evan eve evelyn farah fatima fiona florence fran frances francesca francis",
    "francisco frank fraser fred freddie frederick freya gabriel gabriela gail gareth gary gavin gemma",
    "gene geoff geoffrey george georgia georgina gerald gerard gilbert gillian gina gladys glen glenn",
    "gloria gordon grace graham grant greg gregory greta guillermo gus gwen hailey hana hannah harold",
    "harriet harris harry harvey hassan hazel heather hector heidi helen helena henry herbert holly hope",
    "howard hugh hugo ian ibrahim ida imran ines ingrid irene iris isaac isabel isabella isla ismail ivan",
    "ivy jack jackie jackson jacob jacqueline jade jake jamal james jamie jan jane janet janice jared",
    "jasmin jasmine jason javier jay jayden jean jeff jeffrey jenna jennifer jenny jeremy jermaine jerome",
    "jerry jesse jessica jessie jesus jill jim jimmy jo joan joanna joanne jodie joe joel john johnny jon",
    "jonas jonathan jordan jorge jose joseph josephine josh joshua josie joy joyce juan juanita judith",
    "judy jules julia julian julie juliet june justin kamal kara karen karim karl kate katherine kathleen",
    "kathryn kathy katie kay kayla keisha keith kelly ken kenneth kenny kerry kevin khalid kieran kim",
    "kimberly kiran kirsty kristen kurt kyle lamar lara larry laura lauren laurence laurie lawrence leah",
    "lee leila lena leo leon leonard leroy leslie lewis liam lily linda lindsay lisa liz lloyd logan lois",
    "lola lorenzo lori lorna lorraine louis louise luc lucas lucia lucy luis luisa luke lydia lynn mabel",
    "maddie madison maeve maggie malcolm malik mandy manuel marc marco marcus margaret maria mariam",
    "marian marie marilyn mario marion marisol marjorie mark marlene marlon martha martin martina marvin",
    "mary mason mateo mathieu matt matthew maureen maurice mavis max maxine maya megan mehmet mei melanie",
    "melissa melvin mercedes mia michael michel michelle miguel mike mila miles millie miranda miriam",
    "mitchell mo mohamed mohammed molly mona monica morgan muhammad muriel mustafa myra nadia nadine",
    "nancy naomi natalia natalie natasha nathan nathaniel neil nelson niall nicholas nick nicola nicolas",
    "nicole nigel nina noah noel nora norma norman nuala olga oliver olivia omar oscar owen pablo paige",
    "pam pamela parker pat patrice patricia patrick paul paula pauline pedro peggy penny percy pete peter",
    "phil philip phillip phoebe phyllis pierre piotr polly poppy priya quentin rachel rafael raj rajesh",
    "ralph ramon randy raul ravi ray raymond rebecca regina reggie rene renee rhys ricardo richard rick",
    "ricky riley rita rob robbie robert roberta roberto robin rochelle rodney roger roland ron ronald",
    "ronnie rory rosa rosalind rose rosemary rosie ross roxanne roy ruben ruby rupert russell ruth ryan",
    "sabrina sadie sal sally salma sam samantha samir samuel sandra sandy sanjay santiago sara sarah",
    "sasha saul scott sean sebastian selina serena sergio seth shane shannon sharon shaun shawn sheila",
    "shelly shirley sian sidney simon simone sofia solomon sonia sonya sophia sophie spencer stacey stacy",
    "stan stanley stefan stella stephanie stephen steve steven stewart stuart sue suki sunita susan",
    "susanna suzanne sybil sylvia tamara tamika tania tanya tara tariq taylor ted teresa terence terrence",
    "terri terry thelma theo theodore theresa thomas tiffany tim timothy tina toby todd tom tomas tommy",
    "toni tony tracey tracy travis trevor tricia tristan troy tyler tyrone uma ursula valentina valerie",
    "vanessa vera vernon veronica vicky victor victoria vijay vikram vincent viola violet virginia vivian",
    "wade walter wanda warren wayne wendy wesley wilfred will willard william willie winnie winston",
    "xavier yasmin yolanda yusuf yvonne zac zach zachary zara zoe zainab jaden tomasz jakub mohammad",
    "kaylee destiny shanice dante amelie luca mathis lea manon clement etienne guillaume gilles yves",
    "solange thierry genevieve jocelyn marcel",
)
# Never a family name, even behind a given name: “Victoria Station”, “Charlotte Street”.
NO_SURNAMES = _words(
    "street st road rd avenue ave drive dr close crescent boulevard blvd terrace gardens square police constabulary county",
    "city town hospital school academy college university station airport courthouse department council centre center",
    "library museum mall stadium arena theatre church cathedral island islands high primary elementary avenue highway",
    "the a an of in on at and or is was has had who for from to with please call contact today tonight yesterday",
    "officers officer police detective victim suspect island monday tuesday wednesday thursday friday saturday sunday",
)
PARTICLES = _words("de da di do dos du van der den von la le del bin ibn al el o mc mac ap st")
# A capital before a name that makes a place of it: “Port Ellery”, “Lake Ward”.
PLACE_STARTS = _words(
    "port lake mount saint st north south east west new fort upper lower great little san santa los las el cape old"
)
