"""What people call the time where they live, where the zone database has another name for it, or one that misleads.

The zones are those of the IANA database (https://www.iana.org/time-zones). A city that stands under several is asked
about, and so is an abbreviation that people use for several; what the database calls `EST` has no summer time.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CITIES: Final[Mapping[str, str]] = MappingProxyType({
    "Africa/Abidjan": "Yamoussoukro",
    "Africa/Accra": "Kumasi",
    "Africa/Algiers": "Oran",
    "Africa/Blantyre": "Lilongwe",
    "Africa/Bujumbura": "Gitega",
    "Africa/Cairo": "Alexandria, Giza, Hurghada, Luxor",
    "Africa/Casablanca": "Agadir, Fes, Marrakech, Marrakesh, Meknes, Rabat, Tangier",
    "Africa/Dar_es_Salaam": "Arusha, Dodoma, Mwanza, Zanzibar",
    "Africa/Douala": "Yaounde",
    "Africa/Harare": "Bulawayo",
    "Africa/Johannesburg": (
        "Bloemfontein, Cape Town, Durban, East London, Gqeberha, Pietermaritzburg, Polokwane, Port Elizabeth, "
        "Pretoria, Soweto, Stellenbosch"
    ),
    "Africa/Lagos": "Abuja, Benin City, Enugu, Ibadan, Jos, Kaduna, Kano, Port Harcourt",
    "Africa/Lubumbashi": "Bukavu, Goma",
    "Africa/Lusaka": "Kitwe, Livingstone",
    "Africa/Nairobi": "Eldoret, Kisumu, Mombasa, Nakuru",
    "Africa/Ndjamena": "N'Djamena",
    "Africa/Porto-Novo": "Cotonou",
    "Africa/Tunis": "Sfax",
    "America/Anchorage": "Alaska, Fairbanks",
    "America/Argentina/Buenos_Aires": "La Plata, Mar del Plata",
    "America/Argentina/Cordoba": "Rosario, Santa Fe",
    "America/Argentina/Salta": "Bariloche, Neuquen",
    "America/Aruba": "Oranjestad",
    "America/Bahia": "Salvador",
    "America/Barbados": "Bridgetown",
    "America/Belize": "Belize City, Belmopan",
    "America/Bogota": "Barranquilla, Bucaramanga, Cali, Cartagena, Medellin, Pereira",
    "America/Boise": "Idaho Falls",
    "America/Cancun": "Playa del Carmen, Tulum",
    "America/Caracas": "Barquisimeto, Maracaibo, Merida, Valencia",
    "America/Cayman": "George Town",
    "America/Chicago": (
        "Arlington, Aurora, Austin, Baton Rouge, Biloxi, Birmingham, Bismarck, Bloomington, Cedar Rapids, Champaign, "
        "Columbia, Corpus Christi, Dallas, Des Moines, Duluth, Evansville, Fargo, Fayetteville, Fort Smith, Fort "
        "Worth, Green Bay, Gulfport, Houston, Huntsville, Iowa City, Jackson, Jefferson City, Kansas City, Lafayette, "
        "Lawrence, Lincoln, Little Rock, Lubbock, Madison, Memphis, Milwaukee, Minneapolis, Mobile, Montgomery, "
        "Naperville, Nashville, New Orleans, Norman, Oklahoma City, Omaha, Overland Park, Pensacola, Peoria, Pierre, "
        "Plano, Rochester, Rockford, Saint Louis, Saint Paul, San Antonio, Shreveport, Sioux Falls, Springfield, St "
        "Louis, St Paul, Topeka, Tulsa, Tuscaloosa, Wichita"
    ),
    "America/Costa_Rica": "San Jose",
    "America/Curacao": "Willemstad",
    "America/Denver": (
        "Albuquerque, Aurora, Billings, Boulder, Bozeman, Casper, Cheyenne, Colorado Springs, El Paso, Fort Collins, "
        "Helena, Laramie, Las Cruces, Missoula, Ogden, Provo, Rapid City, Salt Lake City, Santa Fe"
    ),
    "America/Detroit": "Ann Arbor, Flint, Grand Rapids, Jackson, Kalamazoo, Lansing",
    "America/Dominica": "Roseau",
    "America/Edmonton": "Calgary, Lethbridge, Red Deer",
    "America/El_Salvador": "San Salvador",
    "America/Fortaleza": "Joao Pessoa, Natal, Sao Luis, Teresina",
    "America/Grenada": "Saint George's, St. George's",
    "America/Guadeloupe": "Pointe-a-Pitre",
    "America/Guatemala": "Antigua Guatemala, Guatemala City",
    "America/Guayaquil": "Cuenca, Quito",
    "America/Guyana": "Georgetown",
    "America/Halifax": "Charlottetown",
    "America/Indiana/Indianapolis": "Bloomington, Lafayette, South Bend",
    "America/Jamaica": "Kingston",
    "America/La_Paz": "Cochabamba, Oruro, Santa Cruz, Sucre",
    "America/Lima": "Arequipa, Cusco, Trujillo",
    "America/Los_Angeles": (
        "Anaheim, Bakersfield, Bay Area, Bellevue, Bend, Berkeley, Carson City, Concord, Eugene, Fresno, Glendale, "
        "Henderson, Irvine, LA, Las Vegas, Long Beach, Oakland, Olympia, Portland, Reno, Riverside, Sacramento, "
        "Salem, San Diego, San Francisco, San Jose, Santa Ana, Santa Barbara, Santa Cruz, Seattle, SF, Spokane, "
        "Stockton, Tacoma, Washington"
    ),
    "America/Maceio": "Aracaju",
    "America/Managua": "Granada, Leon",
    "America/Martinique": "Fort-de-France",
    "America/Mazatlan": "Cabo San Lucas, Culiacan, La Paz",
    "America/Mexico_City": (
        "Acapulco, Aguascalientes, Cuernavaca, Guadalajara, Guanajuato, Leon, Morelia, Oaxaca, Puebla, Puerto "
        "Vallarta, Queretaro, San Luis Potosi, San Miguel de Allende, Toluca, Veracruz, Xalapa, Zapopan"
    ),
    "America/Moncton": "Fredericton, Saint John",
    "America/Monterrey": "Saltillo, Torreon",
    "America/New_York": (
        "Akron, Albany, Alexandria, Allentown, Annapolis, Arlington, Asheville, Atlanta, Augusta, Baltimore, Bangor, "
        "Boston, Bridgeport, Bronx, Brooklyn, Buffalo, Burlington, Cambridge, Chapel Hill, Charleston, Charlotte, "
        "Charlottesville, Chattanooga, Chesapeake, Cincinnati, Cleveland, Columbia, Columbus, Concord, Dayton, Dover, "
        "Durham, Erie, Fayetteville, Fort Lauderdale, Frankfort, Frederick, Gainesville, Greensboro, Greenville, "
        "Harrisburg, Hartford, Huntington, Ithaca, Jacksonville, Jersey City, Knoxville, Lexington, Lowell, Macon, "
        "Manhattan, Miami, Montpelier, Morgantown, Nashua, New Haven, New York City, Newark, Norfolk, NYC, Orlando, "
        "Philadelphia, Pittsburgh, Portland, Princeton, Providence, Queens, Raleigh, Richmond, Rochester, Saint "
        "Petersburg, Salem, Sarasota, Savannah, Somerville, Springfield, St Petersburg, Stamford, Syracuse, "
        "Tallahassee, Tampa, Toledo, Trenton, Virginia Beach, Washington, Washington D C, Washington DC, Wilmington, "
        "Winston-Salem, Worcester, Yonkers"
    ),
    "America/Panama": "Panama City",
    "America/Phoenix": "Arizona, Chandler, Flagstaff, Gilbert, Glendale, Mesa, Peoria, Scottsdale, Tempe, Tucson",
    "America/Puerto_Rico": "San Juan",
    "America/Regina": "Saskatoon",
    "America/Santiago": "Antofagasta, Concepcion, Temuco, Valparaiso, Vina del Mar",
    "America/Santo_Domingo": "Santiago de los Caballeros",
    "America/Sao_Paulo": (
        "Belo Horizonte, Brasilia, Campinas, Curitiba, Florianopolis, Goiania, Niteroi, Porto Alegre, Rio, Rio de "
        "Janeiro, Santos, Uberlandia, Vitoria"
    ),
    "America/St_Johns": "Saint John's, St. John's",
    "America/St_Kitts": "Basseterre",
    "America/St_Lucia": "Castries",
    "America/St_Vincent": "Kingstown",
    "America/Tijuana": "Mexicali",
    "America/Toronto": (
        "Brampton, Gatineau, Guelph, Hamilton, Kingston, Kitchener, Laval, London Ontario, Markham, Mississauga, "
        "Oshawa, Ottawa, Quebec, Quebec City, Sherbrooke, Sudbury, Waterloo, Windsor"
    ),
    "America/Vancouver": "Abbotsford, Burnaby, Kelowna, Nanaimo, Surrey, Victoria",
    "Asia/Aden": "Sana'a, Sanaa",
    "Asia/Almaty": "Astana, Nur-Sultan, Shymkent",
    "Asia/Baghdad": "Basra, Erbil, Kirkuk, Mosul, Najaf, Sulaymaniyah",
    "Asia/Bahrain": "Manama",
    "Asia/Bangkok": "Chiang Mai, Khon Kaen, Koh Samui, Krabi, Pattaya, Phuket",
    "Asia/Brunei": "Bandar Seri Begawan",
    "Asia/Colombo": "Galle, Jaffna, Kandy",
    "Asia/Dhaka": "Chattogram, Chittagong, Khulna, Sylhet",
    "Asia/Dubai": "Abu Dhabi, Ajman, Al Ain, Sharjah",
    "Asia/Hebron": "Bethlehem, Nablus, Ramallah",
    "Asia/Ho_Chi_Minh": "Can Tho, Da Lat, Da Nang, Hai Phong, Hanoi, Hue, Nha Trang",
    "Asia/Jakarta": "Bandung, Bogor, Malang, Medan, Palembang, Semarang, Surabaya, Tangerang, Yogyakarta",
    "Asia/Jerusalem": "Beersheba, Eilat, Haifa, Netanya",
    "Asia/Karachi": (
        "Faisalabad, Gujranwala, Hyderabad, Islamabad, Lahore, Multan, Peshawar, Quetta, Rawalpindi, Sialkot"
    ),
    "Asia/Kathmandu": "Pokhara",
    "Asia/Kolkata": (
        "Agra, Ahmedabad, Amritsar, Bangalore, Bengaluru, Bhopal, Bhubaneswar, Bombay, Chandigarh, Chennai, Cochin, "
        "Coimbatore, Dehradun, Delhi, Goa, Gurgaon, Gurugram, Guwahati, Hyderabad, Indore, Jaipur, Kanpur, Kochi, "
        "Kozhikode, Lucknow, Ludhiana, Madras, Madurai, Mangalore, Mumbai, Mysore, Mysuru, Nagpur, Nashik, New Delhi, "
        "Noida, Patna, Pune, Srinagar, Surat, Thiruvananthapuram, Trivandrum, Vadodara, Varanasi, Visakhapatnam"
    ),
    "Asia/Kuala_Lumpur": "George Town, Ipoh, Johor Bahru, Malacca, Penang, Petaling Jaya",
    "Asia/Kuching": "Kota Kinabalu",
    "Asia/Kuwait": "Kuwait City",
    "Asia/Makassar": "Bali, Denpasar, Lombok, Manado, Ubud",
    "Asia/Manila": "Baguio, Cebu, Davao, Iloilo, Makati, Quezon City, Zamboanga",
    "Asia/Phnom_Penh": "Siem Reap",
    "Asia/Qatar": "Doha",
    "Asia/Riyadh": "Dammam, Jeddah, Khobar, Makkah, Mecca, Medina, Taif",
    "Asia/Samarkand": "Bukhara",
    "Asia/Seoul": "Busan, Daegu, Daejeon, Gwangju, Incheon, Jeju, Suwon, Ulsan",
    "Asia/Shanghai": (
        "Beijing, Canton, Changchun, Changsha, Chengdu, Dalian, Dongguan, Foshan, Fuzhou, Guangzhou, Guiyang, "
        "Hangzhou, Hefei, Jinan, Kunming, Lanzhou, Nanchang, Nanjing, Nanning, Ningbo, Peking, Qingdao, Shenyang, "
        "Shenzhen, Shijiazhuang, Suzhou, Taiyuan, Tianjin, Wenzhou, Wuhan, Wuxi, Xi'an, Xiamen, Xian, Zhengzhou, "
        "Zhuhai"
    ),
    "Asia/Taipei": "Kaohsiung, New Taipei, Taichung, Tainan",
    "Asia/Tbilisi": "Batumi",
    "Asia/Tehran": "Ahvaz, Isfahan, Karaj, Mashhad, Qom, Shiraz, Tabriz",
    "Asia/Tokyo": (
        "Chiba, Fukuoka, Hiroshima, Kanazawa, Kawasaki, Kitakyushu, Kobe, Kochi, Kumamoto, Kyoto, Nagasaki, Nagoya, "
        "Naha, Nara, Niigata, Okinawa, Osaka, Saitama, Sapporo, Sendai, Yokohama"
    ),
    "Asia/Vientiane": "Luang Prabang",
    "Asia/Vladivostok": "Khabarovsk",
    "Asia/Yangon": "Mandalay, Naypyidaw",
    "Asia/Yekaterinburg": "Chelyabinsk, Perm, Tyumen, Ufa",
    "Atlantic/Azores": "Ponta Delgada",
    "Atlantic/Bermuda": "Hamilton",
    "Atlantic/Canary": "Las Palmas, Tenerife",
    "Atlantic/Cape_Verde": "Praia",
    "Atlantic/Faroe": "Torshavn, Tórshavn",
    "Atlantic/Madeira": "Funchal",
    "Atlantic/Reykjavik": "Akureyri",
    "Australia/Brisbane": "Cairns, Gold Coast, Sunshine Coast, Toowoomba, Townsville",
    "Australia/Darwin": "Alice Springs",
    "Australia/Hobart": "Launceston",
    "Australia/Melbourne": "Ballarat, Bendigo, Geelong",
    "Australia/Perth": "Fremantle",
    "Australia/Sydney": "Byron Bay, Newcastle, Wollongong",
    "Europe/Amsterdam": (
        "Almere, Arnhem, Breda, Delft, Den Haag, Eindhoven, Groningen, Haarlem, Leiden, Maastricht, Nijmegen, "
        "Rotterdam, The Hague, Tilburg, Utrecht"
    ),
    "Europe/Andorra": "Andorra la Vella",
    "Europe/Athens": "Chania, Heraklion, Larissa, Patras, Thessaloniki, Volos",
    "Europe/Belgrade": "Nis, Novi Sad, Prishtina, Pristina",
    "Europe/Berlin": (
        "Aachen, Augsburg, Bielefeld, Bochum, Bonn, Braunschweig, Bremen, Chemnitz, Cologne, Darmstadt, Dortmund, "
        "Dresden, Duisburg, Düsseldorf, Erfurt, Essen, Frankfurt, Freiburg, Göttingen, Halle, Hamburg, Hannover, "
        "Hanover, Heidelberg, Jena, Karlsruhe, Kassel, Kiel, Koeln, Konstanz, Köln, Leipzig, Lübeck, Magdeburg, "
        "Mainz, Mannheim, Marburg, Muenchen, Munich, München, Münster, Nuremberg, Nürnberg, Oldenburg, Osnabrück, "
        "Potsdam, Regensburg, Rostock, Saarbrücken, Stuttgart, Trier, Tübingen, Ulm, Wiesbaden, Wuppertal, Würzburg"
    ),
    "Europe/Bratislava": "Kosice",
    "Europe/Brussels": (
        "Antwerp, Antwerpen, Bruges, Brugge, Brussel, Bruxelles, Charleroi, Gent, Ghent, Leuven, Liege, Mechelen, "
        "Namur"
    ),
    "Europe/Bucharest": "Brasov, Bucuresti, Cluj, Cluj-Napoca, Constanta, Iasi, Sibiu, Timisoara",
    "Europe/Budapest": "Debrecen, Pecs, Szeged",
    "Europe/Copenhagen": "Aalborg, Aarhus, Esbjerg, Kobenhavn, København, Odense, Århus",
    "Europe/Dublin": "Cork, Galway, Limerick, Waterford",
    "Europe/Guernsey": "Saint Peter Port, St Peter Port",
    "Europe/Helsinki": "Espoo, Helsingfors, Jyväskylä, Oulu, Rovaniemi, Tampere, Turku, Vantaa",
    "Europe/Isle_of_Man": "Douglas",
    "Europe/Istanbul": "Adana, Ankara, Antalya, Bursa, Gaziantep, Izmir, Kayseri, Konya, Trabzon",
    "Europe/Jersey": "Saint Helier, St Helier",
    "Europe/Kyiv": "Dnipro, Kharkiv, Lviv, Odesa, Odessa, Vinnytsia",
    "Europe/Lisbon": "Aveiro, Braga, Coimbra, Faro, Lisboa, Porto, Setubal",
    "Europe/Ljubljana": "Maribor",
    "Europe/London": (
        "Aberdeen, Bath, Birmingham, Bradford, Brighton, Bristol, Cambridge, Canterbury, Cardiff, Chester, Coventry, "
        "Derby, Dover, Dundee, Durham, Edinburgh, Exeter, Glasgow, Hull, Inverness, Leeds, Leicester, Lincoln, "
        "Liverpool, Luton, Manchester, Milton Keynes, Newcastle, Norwich, Nottingham, Oxford, Plymouth, Portsmouth, "
        "Reading, Sheffield, Southampton, Stoke-on-Trent, Sunderland, Swansea, Wakefield, Winchester, Wolverhampton, "
        "Worcester, Wrexham, York"
    ),
    "Europe/Madrid": (
        "Alicante, Barcelona, Bilbao, Cadiz, Cartagena, Cordoba, Cuenca, Donostia, Gijon, Girona, Granada, Ibiza, "
        "Leon, Malaga, Mallorca, Merida, Murcia, Oviedo, Palma, Pamplona, Salamanca, San Sebastian, Santander, "
        "Santiago de Compostela, Sevilla, Seville, Tarragona, Toledo, Valencia, Valladolid, Vigo, Zaragoza"
    ),
    "Europe/Malta": "Valletta",
    "Europe/Minsk": "Brest, Gomel, Grodno",
    "Europe/Moscow": (
        "Kazan, Krasnodar, Nizhny Novgorod, Rostov-on-Don, Saint Petersburg, Sochi, St Petersburg, Tula, Voronezh, "
        "Yaroslavl"
    ),
    "Europe/Oslo": "Bergen, Stavanger, Tromso, Tromsø, Trondheim",
    "Europe/Paris": (
        "Aix-en-Provence, Angers, Avignon, Bordeaux, Brest, Caen, Clermont-Ferrand, Dijon, Grenoble, Le Havre, Lille, "
        "Lyon, Marseille, Metz, Montpellier, Nancy, Nantes, Nice, Nimes, Reims, Rennes, Rouen, Saint-Etienne, "
        "Strasbourg, Toulon, Toulouse, Tours"
    ),
    "Europe/Prague": "Brno, Liberec, Olomouc, Ostrava, Pilsen, Plzen, Praha",
    "Europe/Rome": (
        "Bari, Bergamo, Bologna, Bolzano, Brescia, Cagliari, Catania, Firenze, Florence, Genoa, Genova, Milan, "
        "Milano, Modena, Naples, Napoli, Padova, Padua, Palermo, Parma, Perugia, Pisa, Ravenna, Rimini, Roma, Siena, "
        "Torino, Trento, Trieste, Turin, Venezia, Venice, Verona"
    ),
    "Europe/Samara": "Izhevsk, Tolyatti",
    "Europe/Sarajevo": "Banja Luka, Mostar",
    "Europe/Sofia": "Burgas, Plovdiv, Varna",
    "Europe/Stockholm": (
        "Gothenburg, Göteborg, Helsingborg, Jönköping, Linköping, Lund, Malmö, Norrköping, Umeå, Uppsala, Västerås, "
        "Örebro"
    ),
    "Europe/Tallinn": "Tartu",
    "Europe/Tirane": "Durres, Tirana",
    "Europe/Vienna": "Graz, Innsbruck, Klagenfurt, Linz, Salzburg, Wien",
    "Europe/Vilnius": "Kaunas, Klaipeda",
    "Europe/Warsaw": (
        "Białystok, Bialystok, Bydgoszcz, Cracow, Gdansk, Gdańsk, Gdynia, Katowice, Krakow, Lodz, Lublin, Łódź, "
        "Poznan, Szczecin, Toruń, Warszawa, Wrocław, Wroclaw"
    ),
    "Europe/Zagreb": "Dubrovnik, Rijeka, Split, Zadar",
    "Europe/Zurich": (
        "Basel, Bern, Geneva, Genf, Genève, Lausanne, Lucerne, Lugano, Luzern, Saint Gallen, St Gallen, Winterthur"
    ),
    "Indian/Comoro": "Moroni",
    "Indian/Mahe": "Victoria",
    "Indian/Maldives": "Male",
    "Indian/Mauritius": "Port Louis",
    "Indian/Reunion": "Saint-Denis",
    "Pacific/Auckland": (
        "Christchurch, Dunedin, Hamilton, Napier, Nelson, Palmerston North, Queenstown, Rotorua, Tauranga, Wellington"
    ),
    "Pacific/Efate": "Port Vila",
    "Pacific/Fiji": "Nadi, Suva",
    "Pacific/Guadalcanal": "Honiara",
    "Pacific/Guam": "Hagatna",
    "Pacific/Honolulu": "Hawaii, Hilo, Maui",
    "Pacific/Nauru": "Yaren",
    "Pacific/Palau": "Koror, Ngerulmud",
    "Pacific/Pohnpei": "Palikir",
    "Pacific/Tahiti": "Papeete",
    "Pacific/Tongatapu": "Nuku'alofa",
})  # fmt: skip

ABBREVIATIONS: Final[Mapping[str, str]] = MappingProxyType({
    "ACDT": "Australia/Adelaide",
    "ACST": "Australia/Adelaide, Australia/Darwin",
    "ADT": "America/Halifax",
    "AEDT": "Australia/Sydney",
    "AEST": "Australia/Brisbane, Australia/Sydney",
    "AKDT": "America/Anchorage",
    "AKST": "America/Anchorage",
    "ART": "America/Argentina/Buenos_Aires",
    "AST": "America/Halifax, America/Puerto_Rico, Asia/Riyadh",
    "AWST": "Australia/Perth",
    "BRT": "America/Sao_Paulo",
    "BST": "Asia/Dhaka, Europe/London",
    "CAT": "Africa/Harare",
    "CDT": "America/Chicago",
    "CEST": "Europe/Berlin",
    "CET": "Africa/Algiers, Europe/Berlin, Europe/Paris",
    "CST": "America/Chicago, America/Mexico_City, America/Regina, Asia/Shanghai",
    "CST6CDT": "America/Chicago",
    "CT": "America/Chicago",
    "EAT": "Africa/Nairobi",
    "EDT": "America/New_York",
    "EEST": "Europe/Athens, Europe/Helsinki, Europe/Kyiv",
    "EET": "Africa/Cairo, Africa/Tripoli, Europe/Athens, Europe/Helsinki, Europe/Kyiv",
    "EST": "America/Cancun, America/Jamaica, America/New_York, America/Panama",
    "EST5EDT": "America/New_York",
    "ET": "America/New_York",
    "GMT": "Africa/Accra, Europe/London, UTC",
    "GST": "Asia/Dubai",
    "HKT": "Asia/Hong_Kong",
    "HST": "Pacific/Honolulu",
    "ICT": "Asia/Bangkok",
    "IDT": "Asia/Jerusalem",
    "IST": "Asia/Jerusalem, Asia/Kolkata, Europe/Dublin",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "MDT": "America/Denver",
    "MET": "Europe/Berlin",
    "MSK": "Europe/Moscow",
    "MST": "America/Denver, America/Phoenix",
    "MST7MDT": "America/Denver",
    "MT": "America/Denver",
    "NDT": "America/St_Johns",
    "NST": "America/St_Johns",
    "NZDT": "Pacific/Auckland",
    "NZST": "Pacific/Auckland",
    "PDT": "America/Los_Angeles",
    "PHT": "Asia/Manila",
    "PKT": "Asia/Karachi",
    "PST": "America/Los_Angeles, Asia/Manila",
    "PST8PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "SAST": "Africa/Johannesburg",
    "SGT": "Asia/Singapore",
    "TRT": "Europe/Istanbul",
    "WAT": "Africa/Lagos",
    "WEST": "Europe/Lisbon",
    "WET": "Africa/Casablanca, Europe/Lisbon",
    "WIB": "Asia/Jakarta",
    "WIT": "Asia/Jayapura",
    "WITA": "Asia/Makassar",
})  # fmt: skip
