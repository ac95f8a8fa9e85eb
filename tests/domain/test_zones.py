"""Wall clocks in named zones: found by city, kept through the two days a year when clocks jump."""

import contextlib
import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cities import ABBREVIATIONS, CITIES
from bot.domain.zones import QuietHours, ZoneUnknown, after_quiet, instant_of, search_zones, zone_named, zone_of

BERLIN = zone_of("Europe/Berlin")
# A zone that jumps half an hour, ones that jump at midnight, one that left out a day, one that never jumps.
ODD = ["Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca"]
zones = st.sampled_from(["Europe/Berlin", "America/New_York", *ODD]).map(zone_of)
days = st.dates(date(2005, 1, 1), date(2045, 12, 31))
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


moments = st.integers(1_100_000_000, 2_400_000_000).map(lambda one: datetime.fromtimestamp(one, UTC))


def wall(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def berlin(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN)


def test_a_time_that_is_skipped_moves_to_the_first_moment_after_it() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert wall(instant_of(date(2026, 3, 29), time(2, 30), BERLIN)) == "2026-03-29 03:00"


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    assert instant_of(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_becomes_the_next() -> None:
    apia = zone_of("Pacific/Apia")

    assert wall(instant_of(date(2011, 12, 30), time(19), apia), apia) == "2011-12-31 00:00"


@given(days, minutes, zones)
def test_an_instant_shows_the_time_wanted_or_is_the_first_after_it(day: date, at: time, zone: ZoneInfo) -> None:
    moment = instant_of(day, at, zone)
    wanted = f"{day} {at:%H:%M}"

    assert wall(moment, zone) >= wanted
    assert wall(moment - timedelta(seconds=1), zone) < wanted
    shows_it = [m for m in (moment + timedelta(minutes=5 * n) for n in range(1, 24)) if wall(m, zone) == wanted]
    assert wall(moment, zone) == wanted or not shows_it


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-20 21:59", "2026-11-20 21:59"),
        ("2026-11-20 22:00", "2026-11-21 07:00"),
        ("2026-11-20 23:30", "2026-11-21 07:00"),
        ("2026-11-21 00:00", "2026-11-21 07:00"),
        ("2026-11-21 06:59", "2026-11-21 07:00"),
        ("2026-11-21 07:00", "2026-11-21 07:00"),
    ],
)
def test_quiet_hours_reach_over_midnight_and_end_at_their_hour(at: str, end: str) -> None:
    assert wall(after_quiet(berlin(at), QuietHours(22, 7), BERLIN)) == end


def test_quiet_hours_within_a_day_end_on_the_same_day() -> None:
    at_work = berlin("2026-11-20 11:00")

    assert wall(after_quiet(at_work, QuietHours(9, 17), BERLIN)) == "2026-11-20 17:00"
    assert after_quiet(at_work, None, BERLIN) == at_work


def test_quiet_hours_that_end_in_a_skipped_hour_end_after_it() -> None:
    asleep = berlin("2026-03-29 00:30")

    assert wall(after_quiet(asleep, QuietHours(22, 2), BERLIN)) == "2026-03-29 03:00"


@given(moments, st.integers(0, 23), st.integers(0, 23), zones)
def test_what_comes_after_quiet_hours_is_never_in_them_or_earlier(
    moment: datetime, start: int, end: int, zone: ZoneInfo
) -> None:
    if start == end:
        with pytest.raises(ValueError, match="without an hour"):
            QuietHours(start, end)
        return
    quiet = QuietHours(start, end)
    later = after_quiet(moment, quiet, zone)

    assert later >= moment
    assert not quiet.cover(later.astimezone(zone).time())
    assert later == moment or quiet.cover(moment.astimezone(zone).time())


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (22, 24), (7, 7)])
def test_hours_that_no_day_has_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        QuietHours(start, end)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  europe / berlin ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("são paulo", "America/Sao_Paulo"),
        ("new york", "America/New_York"),
        ("port au prince", "America/Port-au-Prince"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_however_it_is_typed(typed: str, name: str) -> None:
    assert zone_named(typed) == name


@pytest.mark.parametrize("typed", ["", "Springfield", "../../etc/passwd", "Europe", "🦥", "x" * 6000])
def test_a_zone_that_does_not_exist_is_said_to_be_unknown_and_not_repeated(typed: str) -> None:
    with pytest.raises(ZoneUnknown) as refused:
        zone_named(typed)

    assert str(refused.value) == ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *[("Beijing", "Asia/Shanghai"), ("mumbai", "Asia/Kolkata"), ("San Francisco", "America/Los_Angeles")],
        *[("munich", "Europe/Berlin"), ("München", "Europe/Berlin"), ("Łódź", "Europe/Warsaw")],
        *[("Rio de Janeiro", "America/Sao_Paulo"), ("washington, d.c.", "America/New_York")],
        *[("est5edt", "America/New_York"), ("PST8PDT", "America/Los_Angeles"), ("HST", "Pacific/Honolulu")],
        *[("buenos aires", "America/Argentina/Buenos_Aires"), ("indianapolis", "America/Indiana/Indianapolis")],
        *[("St. John's", "America/St_Johns"), ("US/Eastern", "US/Eastern"), ("Japan", "Japan")],
    ],
)
def test_a_zone_is_found_by_what_people_call_it(typed: str, name: str) -> None:
    assert zone_named(typed) == name


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("EST", {"America/New_York", "America/Panama"}),
        ("mst", {"America/Denver", "America/Phoenix"}),
        ("CET", {"Europe/Berlin", "Africa/Algiers"}),
        ("GMT", {"Europe/London", "UTC"}),
        ("ist", {"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"}),
        ("Hyderabad", {"Asia/Kolkata", "Asia/Karachi"}),
        ("Birmingham", {"Europe/London", "America/Chicago"}),
        ("san juan", {"America/Puerto_Rico", "America/Argentina/San_Juan"}),
    ],
)
def test_a_name_for_several_zones_is_asked_about(typed: str, offered: set[str]) -> None:
    with pytest.raises(ZoneUnknown):
        zone_named(typed)

    suggested = search_zones(typed)
    assert offered <= set(suggested[: len(offered) + 3])


@pytest.mark.parametrize("typed", ["localtime", "Factory", "GMT0", "GMT+5", "UTC+2"])
def test_a_name_that_only_machines_use_is_no_zone(typed: str) -> None:
    with pytest.raises(ZoneUnknown):
        zone_named(typed)


def test_what_has_no_slash_and_is_taken_names_a_country_or_utc() -> None:
    plain = {name for name in zoneinfo.available_timezones() if "/" not in name}

    taken = {name for name in plain if _is_taken(name) == name}

    assert not {name for name in taken if re.search(r"\d", name) or name.startswith(("EST", "MST", "HST", "CET"))}


def _is_taken(name: str) -> str | None:
    with contextlib.suppress(ZoneUnknown):
        return zone_named(name)
    return None


def test_every_city_and_abbreviation_leads_to_zones_that_there_are() -> None:
    for zones in (CITIES, *(row.split(", ") for row in ABBREVIATIONS.values())):
        for zone in zones:
            assert zone_of(zone).key == zone
    for zone, cities in CITIES.items():
        for city in cities.split(", "):
            assert zone in search_zones(city), city


def test_zones_are_suggested_by_their_city_first() -> None:
    assert search_zones("berl") == ["Europe/Berlin"]
    assert search_zones("new yo") == ["America/New_York"]
    assert search_zones("york") == ["Europe/London", "America/New_York"]
    assert search_zones("PARIS")[0] == "Europe/Paris"
    assert search_zones("ind")[:2] != []
    assert search_zones("") == []
    assert search_zones("zzz") == []
    assert len(search_zones("a")) == 25


def test_every_zone_that_is_suggested_exists() -> None:
    suggested = {name for letters in ("a", "e", "in", "us", "s") for name in search_zones(letters, 600)}

    assert len(suggested) > 400
    for name in suggested:
        assert zone_named(name) == name
        assert zone_of(name).key == name


def test_a_zone_that_has_left_the_database_is_told_in_utc() -> None:
    assert zone_of("Mars/Olympus").key == "UTC"


def test_a_whole_year_of_evenings_has_one_for_each_day() -> None:
    evenings = [instant_of(date(2026, 1, 1) + timedelta(days=n), time(19), BERLIN) for n in range(366)]

    gaps = [after - before for before, after in pairwise(evenings)]
    assert {wall(one)[-5:] for one in evenings} == {"19:00"}
    assert sorted({gap // timedelta(hours=1) for gap in gaps}) == [23, 24, 25]


CAPITALS = (
    "AF Kabul; AL Tirana; DZ Algiers; AD Andorra la Vella; AO Luanda; AR Buenos Aires; AM Yerevan; "
    "AU Canberra; AT Vienna; AZ Baku; BS Nassau; BH Manama; BD Dhaka; BB Bridgetown; BY Minsk; BE Brussels; BZ "
    "Belmopan; BJ Porto-Novo; BJ Cotonou; BT Thimphu; BO La Paz; BO Sucre; BA Sarajevo; BW Gaborone; BR Brasilia; BN "
    "Bandar Seri Begawan; BG Sofia; BF Ouagadougou; BI Gitega; BI Bujumbura; KH Phnom Penh; CM Yaounde; CA Ottawa; CV "
    "Praia; CF Bangui; TD N'Djamena; CL Santiago; CN Beijing; CO Bogota; KM Moroni; CD Kinshasa; CG Brazzaville; CR "
    "San Jose; CI Yamoussoukro; CI Abidjan; HR Zagreb; CU Havana; CY Nicosia; CZ Prague; DK Copenhagen; DJ Djibouti; "
    "DM Roseau; DO Santo Domingo; TL Dili; EC Quito; EG Cairo; SV San Salvador; GQ Malabo; ER Asmara; EE Tallinn; SZ "
    "Mbabane; ET Addis Ababa; FJ Suva; FI Helsinki; FR Paris; GA Libreville; GM Banjul; GE Tbilisi; DE Berlin; GH "
    "Accra; GR Athens; GD Saint George's; GT Guatemala City; GN Conakry; GW Bissau; GY Georgetown; HT Port-au-Prince; "
    "HN Tegucigalpa; HU Budapest; IS Reykjavik; IN New Delhi; ID Jakarta; IR Tehran; IQ Baghdad; IE Dublin; IL "
    "Jerusalem; IL Tel Aviv; IT Rome; JM Kingston; JP Tokyo; JO Amman; KZ Astana; KE Nairobi; KI Tarawa; KP "
    "Pyongyang; KR Seoul; KW Kuwait City; KG Bishkek; LA Vientiane; LV Riga; LB Beirut; LS Maseru; LR Monrovia; LY "
    "Tripoli; LI Vaduz; LT Vilnius; LU Luxembourg; MG Antananarivo; MW Lilongwe; MY Kuala Lumpur; MV Male; ML Bamako; "
    "MT Valletta; MH Majuro; MR Nouakchott; MU Port Louis; MX Mexico City; FM Palikir; MD Chisinau; MC Monaco; MN "
    "Ulaanbaatar; ME Podgorica; MA Rabat; MZ Maputo; MM Naypyidaw; MM Yangon; NA Windhoek; NR Yaren; NP Kathmandu; NL "
    "Amsterdam; NZ Wellington; NI Managua; NE Niamey; NG Abuja; MK Skopje; NO Oslo; OM Muscat; PK Islamabad; PW "
    "Ngerulmud; PW Koror; PA Panama City; PG Port Moresby; PY Asuncion; PE Lima; PH Manila; PL Warsaw; PT Lisbon; QA "
    "Doha; RO Bucharest; RU Moscow; RW Kigali; KN Basseterre; LC Castries; VC Kingstown; WS Apia; SM San Marino; ST "
    "Sao Tome; SA Riyadh; SN Dakar; RS Belgrade; SC Victoria; SL Freetown; SG Singapore; SK Bratislava; SI Ljubljana; "
    "SB Honiara; SO Mogadishu; ZA Pretoria; ZA Cape Town; SS Juba; ES Madrid; LK Colombo; SD Khartoum; SR Paramaribo; "
    "SE Stockholm; CH Bern; SY Damascus; TW Taipei; TJ Dushanbe; TZ Dodoma; TZ Dar es Salaam; TH Bangkok; TG Lome; TO "
    "Nuku'alofa; TT Port of Spain; TN Tunis; TR Ankara; TM Ashgabat; TV Funafuti; UG Kampala; UA Kyiv; UA Kiev; AE "
    "Abu Dhabi; GB London; US Washington; UY Montevideo; UZ Tashkent; VU Port Vila; VA Vatican; VE Caracas; VN Hanoi; "
    "YE Sanaa; ZM Lusaka; ZW Harare; PS Ramallah; GL Nuuk; FO Torshavn; HK Hong Kong; MO Macau; PR San Juan; GU "
    "Hagatna; KY George Town; BM Hamilton; CW Willemstad; AW Oranjestad; GI Gibraltar; JE Saint Helier; GG Saint "
    "Peter Port; IM Douglas; RE Saint-Denis; GP Pointe-a-Pitre; MQ Fort-de-France; PF Papeete; NC Noumea"
)
IN_THE_STATES = (
    "Akron, Albany, Albuquerque, Allentown, Anaheim, Anchorage, Ann Arbor, Annapolis, Arlington, Asheville, "
    "Atlanta, Augusta, Aurora, Austin, Bakersfield, Baltimore, Bangor, Baton Rouge, Bellevue, Bend, Billings, Biloxi, "
    "Birmingham, Bismarck, Bloomington, Boise, Boston, Boulder, Bozeman, Bridgeport, Buffalo, Burlington, Cambridge, "
    "Carson City, Casper, Cedar Rapids, Champaign, Chandler, Chapel Hill, Charleston, Charlotte, Charlottesville, "
    "Chattanooga, Chesapeake, Cheyenne, Chicago, Cincinnati, Cleveland, Colorado Springs, Columbia, Columbus, "
    "Concord, Corpus Christi, Dallas, Dayton, Denver, Des Moines, Detroit, Dover, Duluth, Durham, El Paso, Erie, "
    "Eugene, Evansville, Fairbanks, Fargo, Fayetteville, Flagstaff, Flint, Fort Lauderdale, Fort Smith, Fort Wayne, "
    "Fort Worth, Frankfort, Frederick, Fresno, Gainesville, Gilbert, Glendale, Grand Rapids, Green Bay, Greensboro, "
    "Greenville, Gulfport, Harrisburg, Hartford, Helena, Henderson, Hilo, Honolulu, Houston, Huntington, Huntsville, "
    "Idaho Falls, Indianapolis, Iowa City, Irvine, Ithaca, Jackson, Jacksonville, Jefferson City, Jersey City, "
    "Juneau, Kalamazoo, Kansas City, Knoxville, Lafayette, Lansing, Laramie, Las Cruces, Las Vegas, Lawrence, "
    "Lexington, Lincoln, Little Rock, Los Angeles, Louisville, Lowell, Lubbock, Macon, Madison, Memphis, "
    "Mesa, Miami, Milwaukee, Minneapolis, Missoula, Mobile, Montgomery, Montpelier, Morgantown, Naperville, Nashua, "
    "Nashville, New Haven, New Orleans, New York City, Newark, Norfolk, Norman, Oakland, Ogden, Oklahoma City, "
    "Olympia, Omaha, Orlando, Overland Park, Pensacola, Peoria, Philadelphia, Phoenix, Pierre, Pittsburgh, Plano, "
    "Portland, Princeton, Providence, Provo, Raleigh, Rapid City, Reno, Richmond, Riverside, Rochester, Rockford, "
    "Sacramento, Saint Louis, Saint Paul, Salem, Salt Lake City, San Antonio, San Diego, San Francisco, San Jose, "
    "Santa Ana, Santa Fe, Sarasota, Savannah, Scottsdale, Seattle, Shreveport, Sioux Falls, Somerville, South Bend, "
    "Spokane, Springfield, Stamford, Stockton, Syracuse, Tacoma, Tallahassee, Tampa, Tempe, Toledo, Topeka, Trenton, "
    "Tucson, Tulsa, Tuscaloosa, Virginia Beach, Wichita, Wilmington, Winston-Salem, Worcester, Yonkers"
)


def _zones_of_countries() -> dict[str, set[str]]:
    """Read the database's own table of which zones the clocks of a country follow."""
    found = dict[str, set[str]]()
    for name in ("zone.tab", "zone1970.tab"):
        for line in (files("tzdata.zoneinfo") / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                countries, _, zone, *_ = line.split("\t")
                for one in countries.split(","):
                    found.setdefault(one, set()).add(zone)
    return found


def _year(zone: str) -> list[timedelta | None]:
    return [datetime(2026, month, 15, tzinfo=zone_of(zone)).utcoffset() for month in range(1, 13)]


def test_every_capital_is_found_in_a_zone_of_its_country() -> None:
    zones = _zones_of_countries()
    lost = list[str]()
    for one in CAPITALS.split("; "):
        country, _, capital = one.partition(" ")
        there = [_year(zone) for zone in zones[country]]
        if not any(_year(zone) in there for zone in search_zones(capital)):
            lost.append(one)

    assert lost == []


def test_the_larger_cities_of_every_state_are_found() -> None:
    zones = _zones_of_countries()["US"]
    there = [_year(zone) for zone in zones]

    assert [
        city for city in IN_THE_STATES.split(", ") if not any(_year(zone) in there for zone in search_zones(city))
    ] == []
