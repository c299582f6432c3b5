/** Words, folded, that tell a name in capitals from a person's. */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** What ends the name of a street, a building, a firm or a product. */
export const heads = words(`
  street st road rd avenue ave lane boulevard blvd drive highway way court square crescent terrace bridge station airport harbour harbor port beach bay island islands
  river valley mountain mountains hill hills park hall house tower castle palace cathedral church temple museum gallery library theatre theater stadium arena
  school college university institute academy hospital clinic pharmacy hotel inn lodge resort hostel restaurant cafe bar pub mall market store shop depot office
  branch building centre center county city town village state province district region coast
  bank bancorp credit financial finance insurance assurance mutual capital partners holdings group company co corp corporation inc llc ltd limited plc gmbh ag
  kg sa srl spa bv nv oy ab as motors airlines airways railways foundation association society federation union committee council commission department ministry agency
  authority team support service services desk plan account card policy loan form app edition series model pro max plus mini ultra software systems labs technologies solutions
  construction transport logistics engineering consulting plumbing bakery motors foods media studio studios security cleaning builders properties estates interiors garage dental
  falls springs creek canyon heights ridge forest
  sir madam miss mr mrs ms dr prof herr frau mme mlle sr sra srta sig terms
  festival cup league award prize act agreement report index theorem law bahn bahnhof straße strasse platz allee`);

/** What begins the name of a place, a building, a storm or a firm: the word after it is no person's. */
export const placePrefixes = words(`
  san santa santo são sao sankt saint st ste port puerto porto fort lake lago loch mount mt monte cape point new old north south east west northern southern eastern western upper lower
  los las el rio ciudad villa ville bad isla isle island hurricane storm typhoon cyclone operation project hotel banco banca banque bank camp castle chateau rue via calle plaza
  piazza place carrer avenida avenue corso viale little big great royal hms uss villa casa restaurant cafe bar mercedes rolls mount`);

/** After these a place follows more often than a person. */
export const placePrepositions = words(`
  in to from at near via through around outside inside across toward towards within into visit visiting leaving reaching
  in nach aus bei über uber bis à a au en de depuis vers vers dans hacia desde em para do da di per fino z do w v na ve`);

/** A name that follows an article, or one of these, is a thing's. */
export const articles = words(
  'the a an my our your their its every each another any le les un une el los las il lo gli der die das ein eine den dem de het een o os',
);

/** Who acts for or belongs to whom, and what announces a person: what follows in capitals is a name, whether a list knows it or not. */
export const announcers = words(`
  applicant borrower co-borrower co-applicant co-signer cosigner guarantor customer client cust claimant witness tenant landlord landlady seller buyer payee payer beneficiary executor deceased
  caller passenger passengers driver patient insured policyholder holder adjuster reviewer employee manager user member guest agent contact attention attn
  husband wife brother sister son daughter mother father aunt cousin friend neighbour neighbor colleague boss girlfriend boyfriend partner spouse fiance fiancee nephew niece grandson
  granddaughter grandmother grandfather lawyer nurse
  signed regards thanks cheers sincerely hi hello hey dear name called named am i'm
  antragsteller antragstellerin kunde kundin herr frau client cliente klient klientka klant kund demandeur demandeuse solicitante requerente richiedente wnioskodawca
  客户 клиент клиентка заявитель заявительница заявка`);

/** Where a name of one word that is also a place or another word is a person all the same. */
export const before = words(`
  tell told with by dear hi hello hey thanks cheers am i'm its it's spoke sister brother husband wife son daughter mother father friend colleague ask asked named called regards passengers
  passenger signed and`);

/** What a person does: after a name, one that is doubtful is a person's. */
export const doing = words(`
  said says asked asks wants wanted told tells called calls phoned rang wrote writes filed files signed signs promised confirmed confirms disputes disputed requests requested would has had is was
  will lives lived moved works drives drove booked collected paid owes bought sold saw waited claims states stated thinks thought agrees agreed needs applied here`);

export const months =
  words(`january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
  monday tuesday wednesday thursday friday saturday sunday januar februar märz marz mai juni juli oktober dezember`);

/** What only people have: "Bashir's brother". */
export const relations = words(`
  brother sister husband wife son daughter mother father friend colleague employer lawyer landlord salary income birthday passport signature`);

/** After these what follows "to" and "from" is where somebody goes. */
export const travel = words(`
  fly flies flew flight flights drive drives drove train trains trip travel travels bus ferry go goes going went ticket tickets move moved moves ship shipped ride journey road cruise tour way
  vol vols flug zug reise viaje vuelo volo voo`);

/** Labels and fields of places and things: "city: Florence", `"make":"Lancia"`. */
export const things = words(`
  city town village country state province region district county place location destination origin airport station hotel route street product item sku brand make model
  manufacturer merchant vendor shop store bank insurer company employer firm organisation organization plan currency language month weekday department category
  ciudad ville stadt ort pais país produkt producto produit`);

/** Words of the names of firms and products, of which no list of everyday words knows; people are hardly ever called so. */
export const brandWords = words(`
  adobe airbnb aldi allianz amazon asus audi axa barclays bmw bosch canon carrefour carvana cisco citroen coca cola corsair deutsche disney dyson ebay emirates epson expedia fedex fiat fitbit
  fujitsu galaxy garmin generale google gopro hilton honda hsbc huawei hyatt hyundai ikea intel ipad iphone kia kindle klarna lego lenovo lexus lidl logitech lufthansa macbook macy marriott
  mastercard mazda michelin microsoft miele mitsubishi motorola nestle netflix nike nintendo nissan nivea nokia nvidia octavia oracle panasonic paypal peloton peugeot photoshop playstation porsche puma
  qatar raiffeisen renault revolut roomba ryanair salesforce samsung santander shopify siemens skoda societe sonos sony spotify starbucks stripe subaru suzuki swatch telekom tesla tiktok toyota
  uber unicredit unilever vanguard vodafone volkswagen volvo walmart whatsapp wizz xbox xiaomi yamaha zalando zara`);

/** Words of everyday texts about programs and loans that are on a list of names, and on none of words. */
export const ordinaryWords = words(`
  server valid skip skipped trace dev meta lot param backer spinner idea job babel val alpha delta floor python uri lang karma law chance tar chai per ville web post src gate evals
  node batch graph token span prompt case claim loan draft score model agent user admin guest test demo default general terms data client tool query index
  merchant parcel ticket refund branch premium policy cover tariff payee pay`);

/** Heads of other names that are family names as well: "Min-ho Park". */
export const familyHeads = words('park hill hall church law bay forest ridge king castle temple house');
