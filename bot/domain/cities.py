"""What people call the time where they live, where the zone database has another name for it, or one that misleads.

The zones are those of the IANA database (https://www.iana.org/time-zones). A city that stands under several is asked
about, and so is an abbreviation that people use for several; what the database calls `EST` has no summer time.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CITIES: Final[Mapping[str, str]] = MappingProxyType({
    "Africa/Accra": "Kumasi",
    "Africa/Algiers": "Oran",
    "Africa/Cairo": "Alexandria, Giza",
    "Africa/Casablanca": "Fes, Marrakech, Marrakesh, Rabat, Tangier",
    "Africa/Douala": "Yaounde",
    "Africa/Johannesburg": "Bloemfontein, Cape Town, Durban, Port Elizabeth, Pretoria, Soweto",
    "Africa/Lagos": "Abuja, Ibadan, Kano, Port Harcourt",
    "Africa/Nairobi": "Kisumu, Mombasa",
    "America/Anchorage": "Alaska, Fairbanks",
    "America/Argentina/Cordoba": "Rosario, Santa Fe",
    "America/Bahia": "Salvador",
    "America/Bogota": "Barranquilla, Cali, Medellin",
    "America/Cancun": "Playa del Carmen, Tulum",
    "America/Caracas": "Maracaibo, Valencia",
    "America/Chicago": (
        "Austin, Birmingham, Dallas, Des Moines, Fort Worth, Houston, Kansas City, Little Rock, Madison, Memphis, "
        "Milwaukee, Minneapolis, Nashville, New Orleans, Oklahoma City, Omaha, Rochester, Saint Louis, Saint Paul, "
        "San Antonio, St Louis, St Paul, Tulsa, Wichita"
    ),
    "America/Costa_Rica": "San Jose",
    "America/Denver": (
        "Albuquerque, Boulder, Cheyenne, Colorado Springs, El Paso, Fort Collins, Salt Lake City, Santa Fe"
    ),
    "America/Detroit": "Ann Arbor, Grand Rapids, Lansing",
    "America/Edmonton": "Calgary",
    "America/Fortaleza": "Joao Pessoa, Natal",
    "America/Guayaquil": "Quito",
    "America/Halifax": "Charlottetown, Fredericton, Saint John",
    "America/Jamaica": "Kingston",
    "America/La_Paz": "Santa Cruz",
    "America/Lima": "Arequipa, Cusco, Trujillo",
    "America/Los_Angeles": (
        "Bay Area, Berkeley, Eugene, Fresno, LA, Las Vegas, Long Beach, Oakland, Olympia, Portland, Reno, Sacramento, "
        "San Diego, San Francisco, San Jose, Santa Barbara, Santa Cruz, Seattle, SF, Spokane, Tacoma, Washington"
    ),
    "America/Mazatlan": "Cabo San Lucas, Culiacan, La Paz",
    "America/Mexico_City": "Acapulco, Guadalajara, Leon, Oaxaca, Puebla, Puerto Vallarta, Queretaro, Veracruz",
    "America/New_York": (
        "Albany, Alexandria, Asheville, Atlanta, Baltimore, Boston, Bronx, Brooklyn, Buffalo, Burlington, Cambridge, "
        "Charleston, Charlotte, Chattanooga, Cincinnati, Cleveland, Columbus, Durham, Hartford, Jacksonville, "
        "Knoxville, Manhattan, Miami, Newark, Norfolk, NYC, Orlando, Philadelphia, Pittsburgh, Portland, Providence, "
        "Queens, Raleigh, Richmond, Rochester, Saint Petersburg, Savannah, St Petersburg, Tampa, Washington, "
        "Washington D C, Washington DC"
    ),
    "America/Phoenix": "Arizona, Flagstaff, Mesa, Scottsdale, Tempe, Tucson",
    "America/Puerto_Rico": "San Juan",
    "America/Regina": "Saskatoon",
    "America/Santiago": "Concepcion, Valparaiso",
    "America/Sao_Paulo": (
        "Belo Horizonte, Brasilia, Campinas, Curitiba, Florianopolis, Goiania, Porto Alegre, Rio, Rio de Janeiro"
    ),
    "America/St_Johns": "Saint John's, St. John's",
    "America/Tijuana": "Mexicali",
    "America/Toronto": "Hamilton, Kingston, Kitchener, Mississauga, Ottawa, Quebec, Quebec City, Waterloo",
    "America/Vancouver": "Burnaby, Kelowna, Surrey, Victoria",
    "Asia/Almaty": "Astana, Nur-Sultan, Shymkent",
    "Asia/Baghdad": "Basra, Erbil, Mosul",
    "Asia/Bangkok": "Chiang Mai, Pattaya, Phuket",
    "Asia/Dhaka": "Chattogram, Chittagong, Khulna, Sylhet",
    "Asia/Dubai": "Abu Dhabi, Sharjah",
    "Asia/Ho_Chi_Minh": "Da Nang, Hai Phong, Hanoi",
    "Asia/Jakarta": "Bandung, Medan, Palembang, Semarang, Surabaya, Yogyakarta",
    "Asia/Jerusalem": "Beersheba, Haifa",
    "Asia/Karachi": "Faisalabad, Hyderabad, Islamabad, Lahore, Multan, Peshawar, Rawalpindi",
    "Asia/Kolkata": (
        "Ahmedabad, Bangalore, Bengaluru, Bhopal, Bombay, Chandigarh, Chennai, Coimbatore, Delhi, Goa, Guwahati, "
        "Hyderabad, Indore, Jaipur, Kanpur, Kochi, Lucknow, Madras, Mumbai, Nagpur, New Delhi, Patna, Pune, Surat, "
        "Thiruvananthapuram, Visakhapatnam"
    ),
    "Asia/Kuala_Lumpur": "George Town, Ipoh, Johor Bahru, Penang",
    "Asia/Makassar": "Bali, Denpasar",
    "Asia/Manila": "Cebu, Davao, Quezon City",
    "Asia/Riyadh": "Dammam, Jeddah, Mecca, Medina",
    "Asia/Seoul": "Busan, Daegu, Daejeon, Gwangju, Incheon",
    "Asia/Shanghai": (
        "Beijing, Canton, Changsha, Chengdu, Dalian, Dongguan, Foshan, Fuzhou, Guangzhou, Hangzhou, Hefei, Jinan, "
        "Kunming, Nanjing, Ningbo, Peking, Qingdao, Shenyang, Shenzhen, Suzhou, Tianjin, Wuhan, Xi'an, Xian, Xiamen, "
        "Zhengzhou"
    ),
    "Asia/Taipei": "Kaohsiung, New Taipei, Taichung, Tainan",
    "Asia/Tbilisi": "Batumi",
    "Asia/Tehran": "Isfahan, Mashhad, Shiraz, Tabriz",
    "Asia/Tokyo": (
        "Fukuoka, Hiroshima, Kawasaki, Kobe, Kochi, Kyoto, Nagoya, Naha, Okinawa, Osaka, Sapporo, Sendai, Yokohama"
    ),
    "Asia/Yekaterinburg": "Chelyabinsk, Perm, Ufa",
    "Atlantic/Bermuda": "Hamilton",
    "Atlantic/Canary": "Las Palmas, Tenerife",
    "Australia/Brisbane": "Cairns, Gold Coast, Sunshine Coast, Townsville",
    "Australia/Darwin": "Alice Springs",
    "Australia/Melbourne": "Ballarat, Geelong",
    "Australia/Perth": "Fremantle",
    "Australia/Sydney": "Newcastle, Wollongong",
    "Europe/Amsterdam": "Den Haag, Eindhoven, Groningen, Leiden, Rotterdam, The Hague, Utrecht",
    "Europe/Athens": "Patras, Thessaloniki",
    "Europe/Belgrade": "Novi Sad",
    "Europe/Berlin": (
        "Bonn, Bremen, Cologne, Dortmund, Dresden, Düsseldorf, Essen, Frankfurt, Freiburg, Hamburg, Hannover, Hanover, "
        "Heidelberg, Karlsruhe, Kiel, Köln, Koeln, Leipzig, Mainz, Mannheim, München, Muenchen, Munich, Münster, "
        "Nuremberg, Nürnberg, Stuttgart"
    ),
    "Europe/Brussels": "Antwerp, Bruges, Ghent, Leuven, Liege",
    "Europe/Bucharest": "Cluj, Cluj-Napoca, Iasi, Timisoara",
    "Europe/Copenhagen": "Aalborg, Aarhus, København, Odense",
    "Europe/Dublin": "Cork, Galway, Limerick",
    "Europe/Helsinki": "Espoo, Tampere, Turku",
    "Europe/Istanbul": "Adana, Ankara, Antalya, Bursa, Izmir",
    "Europe/Kyiv": "Dnipro, Kharkiv, Lviv, Odesa",
    "Europe/Lisbon": "Braga, Coimbra, Lisboa, Porto",
    "Europe/London": (
        "Aberdeen, Bath, Birmingham, Bradford, Brighton, Bristol, Cambridge, Cardiff, Coventry, Dundee, Edinburgh, "
        "Exeter, Glasgow, Hull, Leeds, Leicester, Liverpool, Manchester, Newcastle, Norwich, Nottingham, Oxford, "
        "Plymouth, Portsmouth, Sheffield, Southampton, Swansea, Wolverhampton"
    ),
    "Europe/Madrid": "Barcelona, Bilbao, Granada, Leon, Malaga, Palma, Sevilla, Seville, Valencia, Zaragoza",
    "Europe/Moscow": (
        "Kazan, Krasnodar, Nizhny Novgorod, Rostov-on-Don, Saint Petersburg, Sochi, St Petersburg, Voronezh"
    ),
    "Europe/Oslo": "Bergen, Stavanger, Trondheim",
    "Europe/Paris": (
        "Bordeaux, Grenoble, Lille, Lyon, Marseille, Montpellier, Nantes, Nice, Rennes, Strasbourg, Toulouse"
    ),
    "Europe/Prague": "Brno, Ostrava, Praha",
    "Europe/Rome": (
        "Bari, Bologna, Catania, Firenze, Florence, Genoa, Milan, Milano, Naples, Napoli, Palermo, Roma, Torino, "
        "Turin, Venice, Verona"
    ),
    "Europe/Sofia": "Plovdiv, Varna",
    "Europe/Stockholm": "Göteborg, Gothenburg, Malmö, Uppsala",
    "Europe/Vienna": "Graz, Innsbruck, Linz, Salzburg, Wien",
    "Europe/Warsaw": "Cracow, Gdansk, Gdańsk, Krakow, Lodz, Łódź, Poznan, Warszawa, Wroclaw, Wrocław",
    "Europe/Zagreb": "Split",
    "Europe/Zurich": "Basel, Bern, Geneva, Lausanne, Lucerne",
    "Indian/Mahe": "Victoria",
    "Pacific/Auckland": "Christchurch, Dunedin, Hamilton, Wellington",
    "Pacific/Honolulu": "Hawaii, Hilo, Maui",
})  # fmt: skip

ABBREVIATIONS: Final[Mapping[str, str]] = MappingProxyType({
    "ACST": "Australia/Adelaide, Australia/Darwin",
    "AEST": "Australia/Brisbane, Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "AKST": "America/Anchorage",
    "AST": "America/Halifax, America/Puerto_Rico, Asia/Riyadh",
    "AWST": "Australia/Perth",
    "BST": "Asia/Dhaka, Europe/London",
    "CAT": "Africa/Harare",
    "CDT": "America/Chicago",
    "CEST": "Europe/Berlin",
    "CET": "Africa/Algiers, Europe/Berlin, Europe/Paris",
    "CST": "America/Chicago, America/Mexico_City, America/Regina, Asia/Shanghai",
    "CST6CDT": "America/Chicago",
    "EAT": "Africa/Nairobi",
    "EDT": "America/New_York",
    "EEST": "Europe/Athens, Europe/Helsinki, Europe/Kyiv",
    "EET": "Africa/Cairo, Africa/Tripoli, Europe/Athens, Europe/Helsinki, Europe/Kyiv",
    "EST": "America/Cancun, America/Jamaica, America/New_York, America/Panama",
    "EST5EDT": "America/New_York",
    "GMT": "Africa/Accra, Europe/London, UTC",
    "HKT": "Asia/Hong_Kong",
    "HST": "Pacific/Honolulu",
    "IST": "Asia/Jerusalem, Asia/Kolkata, Europe/Dublin",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "MDT": "America/Denver",
    "MET": "Europe/Berlin",
    "MSK": "Europe/Moscow",
    "MST": "America/Denver, America/Phoenix",
    "MST7MDT": "America/Denver",
    "NST": "America/St_Johns",
    "NZDT": "Pacific/Auckland",
    "NZST": "Pacific/Auckland",
    "PDT": "America/Los_Angeles",
    "PKT": "Asia/Karachi",
    "PST": "America/Los_Angeles, Asia/Manila",
    "PST8PDT": "America/Los_Angeles",
    "SAST": "Africa/Johannesburg",
    "SGT": "Asia/Singapore",
    "WAT": "Africa/Lagos",
    "WEST": "Europe/Lisbon",
    "WET": "Africa/Casablanca, Europe/Lisbon",
    "WIB": "Asia/Jakarta",
})  # fmt: skip
