/** Given names that are common in several countries and are no everyday words; a person's name mostly begins with one. Lower case. */
export const givenNames: ReadonlySet<string> = new Set(
  `aaron abdul abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alice alicia amanda amelia amir amy ana andrea
  andrew angela anita anna anne anthony antonio arthur ashley barbara beatrice benjamin bernard beth betty brandon brenda brian bruce camille
  carl carla carlos carmen carol caroline catherine charles charlotte cheryl chloe christian christina christine christopher claire clara
  cynthia daniel daniela david deborah dennis diana diane diego dmitri donald donna dorothy douglas edward elena elizabeth ella emily emma
  eric ethan eva evelyn fatima felix fernando fiona francesca francisco frank gabriel gary george gerald giovanni gloria gregory hannah hans
  harold hassan heather heidi helen helena henry hiroshi hugo ibrahim igor ingrid isaac isabel isabella ivan jack jacob jacqueline james
  jamie jan jane janet janice jason javier jean jeffrey jennifer jeremy jerry jessica joan johannes john jonathan jorge jose joseph joshua
  juan judith judy julia julian julie justin karen karl kate katherine kathleen kathryn keith kelly kenneth kevin kimberly klaus kyle larry
  laura lauren lawrence lea leah leon leonard li linda lisa lucas lucia luis luke madison manuel marco margaret maria marie marilyn mario
  marta martha martin mary maryam matthew megan mehmet mei melissa michael michelle miguel mohamed mohammed monica muhammad nancy natalia
  natalie nathan nicholas nicole nina noah nora oliver olga olivia omar oscar pablo pamela patricia patrick paul paula pedro peter philip
  priya rachel rafael raj ralph raymond rebecca richard robert roberto roger ronald rosa russell ruth ryan samantha samuel sandra sara sarah
  scott sean sergei sharon shirley simon sofia sophia sophie stefan stephanie stephen steven susan tariq teresa theresa thomas timothy tyler
  valentina vanessa vera veronica victor victoria vincent virginia vladimir walter wei william yasmin yusuf zachary zoe`.split(/\s+/),
);
