"""Tickets as tills of several countries print them, written by hand from how they look."""

REWE = """
              REWE Markt GmbH
            Hauptstr. 12
          50667 Köln
       UID Nr.: DE812706034
                                   EUR
ÄPFEL BRAEBURN                     1,10 B
    0,788 kg x    1,40 EUR/kg
VOLLMILCH 3,5%                     2,38 B
     2 Stk x    1,19
BIO BANANEN                        1,87 B
   1,102 kg x    1,70 EUR/kg
COCA COLA 1,5L                     1,49 A
PFAND 0,25 EURO                    0,25 A *
LEERGUT                           -0,75 A *
RABATT VOLLMILCH                  -0,38 B
------------------------------------------
SUMME                     EUR      5,96
==========================================
Geg. Mastercard           EUR      5,96
 Steuer  %    Netto   Steuer   Brutto
A= 19,0%       0,83     0,16     0,99
B=  7,0%       4,64     0,33     4,97
Datum: 14.03.2024  Uhrzeit: 17:22:10
"""

EDEKA = """
           EDEKA Schmidt
        Bahnhofstr. 3, 80335 München
  2 x       1,29
BUTTER DT.MARKE                    2,58 B
GOUDA JUNG 400G                    3,49 B
  3 x       0,45
BRÖTCHEN                           1,35 B
SUMME                     EUR      7,42
BAR                               10,00
RÜCKGELD                           2,58
"""

MERCADONA = """
              MERCADONA, S.A.
         C/ VALENCIA 5 46016 TAVERNES
           NIF: A-46103834
  05/02/2024 18:31  OP: 123456
    FACTURA SIMPLIFICADA: 2345-012-123456
   Descripción           P. Unit   Importe
1 PAN DE MOLDE                        1,25
2 LECHE ENTERA            0,96        1,92
1 ACEITE OLIVA 1L                     8,95
1 PLATANO
   0,684 kg        2,15 €/kg          1,47
1 HUEVOS L 12                         2,20
1 BOLSA PLASTICO                      0,15
            TOTAL (€)                15,94
        TARJETA BANCARIA             15,94
     IVA     BASE IMPONIBLE (€)  CUOTA (€)
     4%           3,31            0,13
"""

ESSELUNGA = """
            ESSELUNGA S.P.A.
      VIA GIAMBOLOGNA 1 LIMITO DI PIOLTELLO
           DOCUMENTO COMMERCIALE
         di vendita o prestazione
DESCRIZIONE              IVA     Prezzo(€)
LATTE INTERO 1L           4%         1,59
   2 X        1,15
PASTA BARILLA 500G        4%         2,30
MELE GOLDEN               4%         2,10
  KG 1,05 x 2,00/kg
PROSCIUTTO CRUDO         10%         4,85
SCONTO FIDATY                       -0,97
SHOPPER                  22%         0,12
SUBTOTALE                            9,99
TOTALE COMPLESSIVO                   9,99
DI CUI IVA                           0,70
PAGAMENTO ELETTRONICO                9,99
"""

CONTINENTE = """
           MODELO CONTINENTE S.A.
      RUA JOAO MENDONCA 505 MATOSINHOS
         NIF 502011475
 Fatura Simplificada FS 010/123456
IVA DESCRICAO                        VALOR
(A) LEITE MEIO GORDO 1L
    6 X 0,86                          5,16
(B) VINHO TINTO DOURO                 3,99
(A) BANANA
   0,912 kg X 1,19 EUR/kg             1,09
(C) DETERGENTE ROUPA                  7,49
    POUPANCA                         -2,00
(A) PAO FORMA                         1,39
SUBTOTAL                             17,12
TOTAL A PAGAR                        17,12
MULTIBANCO                           17,12
"""

TESCO = """
                  TESCO
              Express
      17 High Street, Reading RG1 1AA
         VAT NO: 220 4302 31
TESCO SEMI SKIMMED MILK 2PT          £1.45
HOVIS WHOLEMEAL BREAD 800G           £1.40
2 x £0.95
HEINZ BAKED BEANS 415G               £1.90
BANANAS LOOSE
0.724 kg @ £0.90/kg                  £0.65
CATHEDRAL CITY CHEDDAR               £4.50
Cc Cathedral City                   -£1.50
SUB-TOTAL                            £9.90
SAVINGS                             -£1.50
TOTAL                                £8.40
VISA DEBIT                           £8.40
CHANGE DUE                           £0.00
"""

WALMART = """
               Walmart
        Save money. Live better.
          ( 479 ) 273 - 4505
       406 S WALTON BLVD
        BENTONVILLE AR 72712
ST# 05260 OP# 009044 TE# 44 TR# 05678
GV WHL MLK   007874235187 F        3.48 N
BANANAS      000000004011KF
   2.10 lb. @ 0.58 /lb             1.22 N
CREST TPST   003700086221          4.97 X
GV PAPER TWL 007874222686          6.47 X
                  SUBTOTAL        16.14
     TAX 1     8.500 %             0.97
                     TOTAL        17.11
                VISA TEND         17.11
               CHANGE DUE          0.00
# ITEMS SOLD 4
"""

CARREFOUR = """
             CARREFOUR CITY
         12 RUE DE LA REPUBLIQUE
              69002 LYON
          TEL. 04 78 00 00 00
 DESCRIPTION         QTE x P.U.   MONTANT
>>>> FRUITS ET LEGUMES
POMME GALA VRAC
    0,652 kg x   2,49 €/kg        1,62 €
>>>> EPICERIE
PATES PENNE 500G     2 x   0,99   1,98 €
   REMISE IMMEDIATE              -0,33 €
CAFE MOULU 250G                   3,45 €
>>>> LIQUIDES
BIERE BLONDE 6X25CL               4,99 €
CONSIGNE VERRE                    0,30 €
5 ARTICLES           TOTAL       12,01 €
CARTE BANCAIRE                   12,01 €
 TVA     HT      TVA     TTC
 5,5%   6,37    0,35    6,72
"""

LECLERC = """
              E.LECLERC
          SAS BELLEDIS
   >> CREMERIE
BEURRE DX 250G                     2,35
LAIT UHT 1/2ECR 6X1L               5,94
   >> BOUCHERIE
STEAK HACHE 5%MG   2 X  3,79       7,58
   >> HYGIENE
GEL DOUCHE                         2,49
BON DE REDUCTION                  -0,50
SOUS TOTAL                        17,86
TOTAL 5 ARTICLES                  17,86
Carte Bancaire EMV                17,86
TICKET E.LECLERC  CAGNOTTE         0,30
"""

BISTRO = """
           LE PETIT BISTRO
       4 place du Marché, 35000 Rennes
TABLE 12      COUVERTS 2
Le 12/06/2023 à 13:45
 2  MENU DU JOUR         17,50    35,00
 1  SUPPL. FROMAGE                 4,50
 1  BOUTEILLE CHINON              22,00
    sans glace
 2  CAFE                  2,20     4,40
 MONTANT TTC                      65,90
 Dont TVA 10,00%                   3,99
 Dont TVA 20,00%                   3,67
 CB                               65,90
"""

DINER = """
            BLUE PLATE DINER
        120 Main St, Portland OR
Server: AMY       Table 7   Guests: 2
Check #1043     03/12/2024 7:15 PM
2 BACON BURGER              27.00
  no onion
1 CAESAR SALAD               9.50
2 DRAFT IPA                 14.00
SUBTOTAL                    50.50
TAX                          4.55
TOTAL                       55.05
TIP                         10.00
GRAND TOTAL                 65.05
VISA                        65.05
"""

STATION = """
            TOTAL ENERGIES
        RELAIS DE LA COTE
        76200 DIEPPE
 POMPE 4
 SP95-E10
 VOLUME          32,41 L
 PRIX UNITAIRE   1,789 EUR/L
 TOTAL TTC       57,98 EUR
 TVA 20,00%       9,66 EUR
 CB              57,98 EUR
"""

HOTEL = """
              HOTEL DES ARTS
        5 rue Victor Hugo 33000 Bordeaux
Chambre : 214     Arrivée : 02/05/2024
Date        Désignation        Débit
02/05/2024  Nuitée            98,00
02/05/2024  Petit déjeuner    12,50
02/05/2024  Taxe de séjour     1,65
03/05/2024  Nuitée            98,00
TOTAL TTC                    210,15
Carte bancaire               210,15
"""

TAXI = """
        TAXI PARISIEN
  N° 12345   75011 PARIS
  LE 14/02/2024  DE 09:12 A 09:40
COURSE                   24,60 EUR
SUPPLEMENT BAGAGE         1,00 EUR
TOTAL A PAYER            25,60 EUR
"""

PHARMACY = """
          PHARMACIE DU CENTRE
      1 place de la Mairie 44000 Nantes
Désignation       Qté  P.U.  Remb  Montant
DOLIPRANE 1000MG    2   2,18  65%     4,36
AMOXICILLINE 500    1   3,92  65%     3,92
HONORAIRE DISP.     2   1,02 100%     2,04
VITAMINE C          1   6,90   0%     6,90
TOTAL                               17,22
PART AMO                             7,42
NET A PAYER                          9,80
"""

KIOSK = """
        STEMPEL KIOSK
KAFFEE                   2,50
BREZEL                   1,20
KAFFEE                   2,50
SUMME                    6,20
"""

LIDL = """
            LIDL
     Hauptstr 5, 10115 Berlin
                              EUR
Vollmilch 3,5%    0,99 x 2   1,98 A
Bananen                      1,26 A
    0,952 kg x 1,32 EUR/kg
Pfand 0,25 EM     0,25 x 6   1,50 B
Mineralwasser     0,29 x 6   1,74 B
Pfandrückgabe               -2,25 B
zu zahlen                    4,23
Karte                        4,23
MWST%   MWST + Netto = Brutto
A 7%  0,21 3,03 3,24
"""

COOP = """
       COOP ALLEANZA 3.0
     VIA ROMA 12 40100 BOLOGNA
        EURO
   2 X 1,15
PASTA FUSILLI            2,30
MOZZARELLA BUFALA        3,49
 S.TO SOCI              -0,70
 0,850 X 1,98
BANANE                   1,68
SACCHETTO BIO            0,03
TOTALE EURO              6,80
CONTANTI                10,00
RESTO                    3,20
"""

DIA = """
      DIA RETAIL ESPANA
  AVDA CONSTITUCION 4 MADRID
PRODUCTO        CANT.  PRECIO  IMPORTE
LECHE DESNATADA   2 ud  0,85 €   1,70 €
TOMATE RAMA     0,532 kg 1,99 €   1,06 €
PAN BARRA         1 ud  0,65 €   0,65 €
Dto. Club Dia                   -0,20 €
Total a pagar                    3,21 €
Tarjeta                          3,21 €
"""

CARREFOUR_ES = """
     CENTROS COMERCIALES CARREFOUR
   ***** FACTURA SIMPLIFICADA *****
ACEITE GIRASOL 1L                1,79
YOGUR NATURAL P4
   3 x ( 1,05 )                  3,15
  DESC. 3x2                     -1,05
MANZANA GOLDEN
   0,740 kg x 2,29               1,69
5 ARTICULOS   TOTAL A PAGAR :    5,58
TARJETA                          5,58
"""

PINGO_DOCE = """
          PINGO DOCE
     Av. da Liberdade, Lisboa
Artigos                        EUR
C  LEITE MG UHT 1L            0,86
C  PAO CENTEIO
    2 X 1,29                  2,58
E  DETERG LOICA               1,99
   Poupança Imediata         (0,50)
C  MACA ROYAL GALA
    1,204 X 1,49              1,79
TOTAL                         6,72
CARTAO CREDITO                6,72
"""

GASTHAUS = """
        GASTHAUS ZUM ADLER
     Marktplatz 1  79098 Freiburg
Tisch 7          Rechnung 4711
2x Weizenbier 0,5l   à 4,50    9,00 A
1x Wiener Schnitzel           18,90 A
1x Apfelschorle 0,4l           3,80 A
Summe EUR                     31,70
19% MwSt                       5,06
"""

TARGET = """
         TARGET
     1 Main St, Austin TX
GROCERY
212040123 BANANAS       F   0.58
  2 @ $0.29 ea
212040999 MILK 2%       F   3.29
HOME
253010222 CANDLE        T   7.00
  Sale saved $2.00
            SUBTOTAL       10.87
 T = TX TAX 8.25% on 7.00   0.58
            TOTAL          11.45
 *1234 VISA CHARGE         11.45
"""

FOLIO = """
            GRAND HOTEL
     10 Park Lane, London
Room 214   Folio 88231
Date      Description         Charges  Credits
01/05/24  Accommodation       120.00
01/05/24  City Tax              3.30
02/05/24  Breakfast            15.00
02/05/24  Visa                          138.30
Total                         138.30   138.30
Balance Due                     0.00
"""

SNCF = """
     SNCF VOYAGEURS
  BILLET  PARIS GARE DE LYON - LYON PART DIEU
  Départ 12/05/2024 08:04
1 ADULTE 2E CLASSE           65,00 EUR
1 CARTE AVANTAGE             49,00 EUR
TOTAL                       114,00 EUR
PAYE PAR CB                 114,00 EUR
"""

MCDO = """
       McDONALD'S RENNES
1 MENU BEST OF BIG MAC      9,50
   1 GRANDE FRITE
   1 COCA-COLA
   SAUCE POMME FRITE
1 HAPPY MEAL                4,50
2 SUNDAE CARAMEL            5,40
TOTAL A EMPORTER           19,40
DONT TVA 10%                1,76
CB                         19,40
"""

SAINSBURY = """
   SAINSBURY'S SUPERMARKETS LTD
   33 Holborn London EC1N 2HT
*JS BRITISH BEEF MINCE     £3.50
JS CHERRY TOMATOES         £1.10
  0.455 kg @ £2.30/kg
JS ONIONS LOOSE            £1.05
BLACKBERRIES 2 @ £2.00     £4.00
NECTAR PRICE SAVING       -£0.50
BALANCE DUE                £9.15
VISA DEBIT                 £9.15
CHANGE                     £0.00
"""

BOULANGERIE = """
       BOULANGERIE MARTIN
BAGUETTE TRADITION   3 x 1,30    3,90
PAIN AU CHOCOLAT x2              2,80
ECLAIR CAFE                      2,60
3 Articles
TOTAL                            9,30 €
Espèces                         10,00 €
Rendu                            0,70 €
"""

MONOPRIX = """
        MONOPRIX
EPICERIE
 CAFE GD MERE 250G        3,99
 PATES BARILLA 1KG        2,15
BOISSONS
 EAU EVIAN 6X1,5L         3,89
 3X JUS ORANGE 1L         5,97
   OFFRE 3 POUR 2        -1,99
FRAIS
 YAOURT NAT X8            1,89 *
-------
TOTAL 7 ARTICLES         15,90
CB                       15,90
"""
