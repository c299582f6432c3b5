/** Given names, also short forms, that the lists lack; folded, and no words of every day in a large language. */
export const moreGivenNames = `
  abebe achieng adaeze aigul aitor aizhan alexey almaz anahit analyn ananya andriy anh anneliese aoife aster babatunde bakhyt baraka
  bashir begona bekele beppe caoimhe cathal chaminda chema chidi cormac daiki dariush davit dawit detlef dorji duc efua eilidh eunji
  faisal farhad fionnuala folake gayane geertje gennady getachew giorgos gorka gosia gotz grainne gulnara gurpreet gwenael hadiza haoran
  harpreet hartmut heike hiroko hiroshi hiwot hoang hovhannes huda huong hyejin ildiko itziar jahongir jaspreet jianguo jihoon jisoo
  jiwoo jomar jovelyn jozsi junjie jurgen kamau kasia kealoha keiko ketut khai kittisak kostas kyung levan lindiwe linh lyudmila mairead
  malee malgorzata manpreet maricel marloes meiling mele meseret minghua minji minjun murugan mykola nacho naoko nasrin nasser nattapong
  neema ngoc ngozi nimal njoroge nkechi nkosana nomsa noriko nursultan obinna oisin otieno panagiotis parisa pema phuong pista qiang
  quang rehema rhys rodel roisin rukmini sani sanyi saoirse selam seojun serkan setiawan shafiq shavkat shirin siegfried sinead sione
  siriporn somchai somsak soyeon spyros srinivas stavros sukhwinder sumaiya sunghoon tadhg tahmina takashi takumi tane tariq tenzin
  tevita thabo thandiwe thao thi tigist tigran trang tuan tunde tzipi ulrike uwe vasiliki venkatesh vikram volker waltraud wanjiru wayan
  wenjie wiremu wojtek xiaoming xiuying yifan yitzhak yohannes youngho yuki yuto yuxuan zbigniew zhiwei zihan zosia zsofi zurab`
  .trim()
  .split(/\s+/);
