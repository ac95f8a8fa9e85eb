"""The words of this field, laid out as tables: what counts as one word, and what means nearly the same.

Lower case, without accents and apostrophes. Commas part the entries of a row; an entry may be several words.
"""
# ruff: noqa: E501  # tables read best with long rows

# One form for all: an entry on the right is read as the word on the left.
FORMS = {
    # people
    "partner": (
        "wife, wives, husband, hubby, hubs, spouse, spouses, bf, gf, bfs, gfs, boyf, boyfriend, girlfriend, enbyfriend, joyfriend, datefriend, np, nps, nesting partner, nestie, "
        "nesting, anchor partner, primary partner, other half, better half, significant other, so and so, missus, mrs, fiance, fiancee, fella, bloke, sweetheart, sweetie, "
        "lover, beloved, comet, comet partner, partners, husbands, wifey, babe, boo, my person, my man, my woman, my girl, my guy, loved one, dom, sub, "
        "my bird, my old man, ldr partner, sig other, anchor"
    ),
    "meta": (
        "metamour, metamours, metamor, metamore, metas, other woman, other man, other girl, other guy, other partner, other boyfriend, other girlfriend, other lover, new partner, "
        "new girlfriend, new boyfriend, new gf, new bf, new girl, new guy, new woman, new man, new lover, new flame, third person, rival, telemour, partner of partner, "
        "other husband, other wife, side piece, shared partner, new person, new love, new crush"
    ),
    "polycule": "constellation, triad, throuple, quad, vee",
    "person": "people, folk, folks, someone, somebody, guy, girl, woman, women, man, men, dude, lady, human, chap, member, members, one",
    "friend": "mate, mates, buddy, bestie, pal, pals, housemate, roommate, flatmate",
    "they": "he, she, him, her, his, hers, them, their, theirs, hes, shes, theyre, theyve, theyll, theyd, hed, shed, himself, herself, themselves, themself",
    "i": "im, ive, id, ill, me, my, mine, myself, imma",
    "we": "us, our, ours, ourselves, weve, were both",
    "you": "u, ur, your, youre, yours, yourself, youve, yall, ya",
    # small words that carry a no
    "not": (
        "dont, doesnt, didnt, isnt, arent, wasnt, werent, wont, wouldnt, shouldnt, couldnt, havent, hasnt, hadnt, aint, cannot, cant, without, wo, nor, no, none, neither, dosent, "
        "dont not, w o"
    ),
    "never": "nevr, never ever, not once, not ever, never once",
    # the field's own words
    "poly": (
        "polyamory, polyamorous, polyam, polamory, enm, cnm, nonmonogamy, non monogamy, nonmonogamous, non monogamous, open relationship, open relationships, open marriage, ethical non monogamy, "
        "consensual non monogamy, relationship anarchy, relationship anarchist, polly, solo poly, solopoly"
    ),
    "open": "opened up, open up, opening up, opening, opened, opens",
    "mono": "monogamous, monogamy, monogamish, monog, monogomous, monogomy, exclusive, exclusively, exclusivity, one partner, one person person, closed relationship, faithful",
    "compersion": (
        "compersive, compersions, compursion, compurshun, compershun, compersian, comperison, compersoin, compression feeling, compersation, frubble, frubbly, frubbles, c word, conpersion, "
        "comperssion, compertion, kompersion, copersion, compresion, compershion, compersing, comp"
    ),
    "date": "dates, dating, dated, hookup, hookups, hook up, sleepover, sleepovers, overnight, overnights, stay over, night with, evening with, night out, sleep over, meet up, date night, see other, seeing",
    "swing": "swinger, swingers, swinging, swap, soft swap, full swap, lifestyle party",
    "attachment": "attach, attached, attachments, atachment, atached, attatchment",
    "text": "message, messages, msg, msgs, texts, dm, dms, whatsapp, sms, ping, pings",
    "jealous": "jealousy, jelous, jelousy, jealousies, jellous, jelly, jealus, jealosy, green eyed, green eyed monster, envy, envious",
    "counsellor": "counselor, therapist, therapists, therapy, counselling, counseling, shrink, psychologist, psychotherapist, therapize",
    "mod": "moderator, moderators, mods, admin, admins, owner, server staff",
    "sex": "sexual, sexually, shag, shagging, shagged, bang, fuck, fucking, fucked, bonk, intimacy, intimate, bed, make love, sleep with, sleeping together",
    "horny": "turned on, turn on, turns on, arouse, arousal, aroused, hot, kink, kinky, fetish, cuckold, cuck, hotwife, hotwifing, voyeur, voyeurism, sexy, erotic",
    # plain English
    "happy": "happiness, happily, hapy, happier, hapiness",
    "glad": "gladness, gladly, chuffed, pleased, stoked, chuft, jazzed",
    "joy": "joyful, joyous, delight, delighted, delightful, enjoy, elated, elation, bliss",
    "thrill": "thrilled, thrilling, excited, excite, excitement, exciting, hyped, psyched, over the moon, ecstatic, buzzing",
    "warm": "warmth, warmly, fuzzy, fuzzies, warm fuzzies, glow, glows, glowing, glowy, melt, melty, cosy, cozy, tingle, tingly, gooey",
    "cry": "cries, cried, crying, tear, tears, sob, sobs, sobbing, weep, weeping, bawl, bawling, in tears",
    "sad": "sadness, unhappy, miserable, misery, down, blue, upset, upsetting, gutted, heartbroken, devastated, in bits, in pieces, a mess, distraught",
    "scared": "afraid, fear, fears, fearful, fearing, frighten, frightened, frightening, frightens, scare, scares, scary, terrified, terror, terrify, dread, dreading, scard, petrified",
    "anxious": "anxiety, anxieties, anxiously, anxios, worry, worries, worried, worrying, nervous, nerves, nervy, uneasy, on edge, angst, fret, fretting",
    "panic": "panicking, panicked, panicky, freak out, freaking out, freaked out, meltdown, melt down, lose it, lost it, losing it, lose my mind, losing my mind, spiral, spiralling, spiraling, "
    "spirals, flip out, flipping out, fall apart, falling apart, fell apart, go to pieces, hysterical, hyperventilate, come undone",
    "angry": "anger, mad at, furious, fury, rage, raging, enraged, livid, seethe, seething, fuming, pissed, pissed off, wind up, winds me up, bristle, irritate, irritated, annoy, annoyed, annoying, "
    "cross with, see red, seeing red",
    "resent": "resentment, resentful, resenting, resents, bitter, bitterness, begrudge, grudge",
    "hurt": "hurts, hurting, hurtful, pain, painful, pains, ache, aches, aching, achy, sting, stings, stung, stinging, pang, pangs, twinge, twinges, wound, wounds, wounded, sore, suffer, suffering, ouch",
    "numb": "numbness, numbed, deaden, emotionless, flatline, blank, feel nothing, felt nothing, feeling nothing, feel zero, feel nada, dead inside, empty inside, zombie, robot, robotic",
    "shutdown": "shut down, shuts down, shutting down, shutdown, switch off, switched off, switching off, checked out, check out, tune out, zone out, go cold, wall up, walls up, detach, detached, "
    "detachment, disconnect, disconnected, dissociate, dissociating, deactivate, deactivation, deactivating, close off, closed off, withdraw, withdrawn, distant, far off, avoidant, avoidance",
    "neutral": "neutrality, indifferent, indifference, meh, shrug, apathetic, apathy, dont care, not care, nuetral, do not care, no strong feeling, unbothered, unfazed, nonplussed, not bothered, "
    "dont mind, not mind, doesnt bother me",
    "ashamed": "shame, shamed, shaming, ashmed, embarrassed, embarrassing, humiliated, mortified",
    "guilt": "guilty, guiltily, remorse",
    "broken": "defective, faulty, wrong with me, something wrong, messed up, fucked up, damaged, deficient, inadequate, not normal, abnormal",
    "bad": "awful, terrible, horrible, horrid, evil, nasty, wicked, rubbish, rotten, monster, monstrous, arsehole, asshole, jerk, bitch, shitty, crap, crappy, garbage, dreadful",
    "petty": "pettiness, spite, spiteful, mean, schadenfreude, gloat, vindictive",
    "insecure": "insecurity, insecurities, not secure, unworthy, worthless, low self esteem, self doubt, not good enough, not enough, inferior, inadequate",
    "confident": "confidence, confidant, self esteem, self worth, selfworth, self confidence, self respect, self love, selfesteem, worth",
    "secure": "security, securely, safe, safety, safely, steady, solid, stable, grounded",
    "calm": "calming, calms, settle, settled, soothe, soothing, self soothe, soothes, regulate, regulating, regulation, regulated, breathe, breathing, relax, relaxed, chill, chilled, cool down, unwind",
    "abandon": "abandonment, abandoned, abandoning, leave me, leaving me, left me, leaves me, dump, dumped, ditch, ditched, walk out, walked out, replace, replaced, replacement, replacing, "
    "going to leave, gonna leave, break up with me, dumped me, run off, lose him, losing him, trade me, trade up, upgrade",
    "betray": "betrayal, betrayed, betraying, cheat, cheated, cheating, cheater, infidelity, affair, affairs, unfaithful, cheated on",
    "trauma": "traumatic, traumatised, traumatized, ptsd, cptsd, flashback, flashbacks, truama, trama, triggered, trigger, triggers, triggering, old wound, old wounds",
    "childhood": "upbringing, parent, parents, mother, father, mum, mom, dad, mummy, daddy, raised, grew up, grow up, kid, child, family, parants",
    "pretend": "pretending, fake, faking, faked, fakes, faker, act, acting, put on, putting on, perform, performing, performance, mask, masking, masked, play along, fake it, feign, show, paste, plaster, "
    "bluff, lie about",
    "force": "forced, forcing, forces, make myself, will myself, coerce, coerced",
    "pressure": "pressured, pressuring, push, pushed, pushing, pushes, pressurise, expect, expected, expects, expectation, nag, guilt trip",
    "demand": "demands, demanded, demanding, order, ordered, orders, owe, owes, owed, insist, insists, obliged, obligation, duty, required to",
    "manipulate": "manipulation, manipulative, manipulating, manipulates, gaslight, gaslighting, gaslit, weaponise, weaponize, weaponised, weaponized, blackmail, bully, bullied",
    "require": "required, requirement, requirements, necessary, nessecary, necesary, neccessary, essential, mandatory, must have, need to have, compulsory, vital, prerequisite, obligatory, optional",
    "ready": "readiness, prepared, qualified, qualify, cut out",
    "gatekeep": "gatekeeping, gatekept, gatekeeper, vet, vetting, screen, screening, entry, admission, exclude, excluded, let in, allowed in",
    "limit": "limits, boundary, boundaries, bounderies, boundry, line in the sand, dealbreaker, hard limit, limitation",
    "rule": "rules, veto, vetoes, ultimatum, ultimatums, forbid, forbidding, ban, banned, restrict",
    "control": "controlling, controls, controlled, bossy, bossing, boss around, possessive, possessiveness, territorial",
    "agreement": "agreements, agreed, agree, agrees, deal, promise, promised, contract, renegotiate, renegotiation, renegotiating, arrangement",
    "lie": "lied, lies, lying, liar, dishonest, hide, hid, hides, hiding, hidden, secret, secrets, sneak, sneaking, behind my back, untruth",
    "slow": "slower, slowly, slow down, pace, pacing, tempo, speed, gradual, gradually, step by step, baby step, baby steps, inch by inch, small step, small steps, bit by bit, one step",
    "fast": "too quick, quick, quickly, faster, rush, rushed, rushing, hurry, speedrun, too soon, sudden, suddenly, whirlwind",
    "repair": "repaired, repairing, mend, mended, mending, make up, made up, making up, apologise, apologize, apology, apologies, apologised, apologized, sorry, sorries, forgive, forgiveness, "
    "forgiven, amends, make it right, patch, reconcile, reconciliation",
    "fight": "fights, fighting, fought, row, rows, argue, argument, arguments, arguing, argued, quarrel, bicker, conflict, blow up, blew up, silent treatment",
    "reconnect": "reconnecting, reconnection, reconect, reunion, reunite, reuniting, come home, comes home, came home, coming home, get home, gets home, got home, home from, back home, come back, "
    "comes back, came back, coming back, gets back, got back, return, returns, returned, aftercare, debrief, land, landing",
    "ritual": "rituals, routine, routines, habit, habits, tradition, ceremony",
    "reply": "replies, replied, respond, responds, response, responsive, responsiveness, answer, answers, answered, answering, anwser, anwsers, left on read, text back, get back to me, write back",
    "ignore": "ignored, ignores, ignoring, overlook, overlooked, neglect, neglected, neglects, neglecting, neglegted, sideline, sidelined, afterthought, invisible, left out, pushed aside, "
    "unseen, forgotten, leftovers, leftover, crumbs, scraps, second best, last on the list",
    "need": "needs, needed, needing, need met, unmet",
    "lonely": "loneliness, lonesome, alone, home alone, on my own, by myself",
    "stage": "stages, phase, phases, level, levels, trajectory, roadmap, milestone",
    "prove": "proof, proven, proved, evidence, scientific, science, study, studies, studied, research, researched, data, peer reviewed, validated, source, sources, citation, measured, measure, "
    "measurable, measurement, statistics, stats, survey, empirical, backed",
    "curious": "curiosity, wonder, wonders, wondering, wondered, interested, interest, intrested, intrigued, nosy, nosey, inquisitive, fascinated, want to know, wanna know",
    "spy": "snoop, snooping, monitor, monitoring, surveillance, check up, checking up, stalk, stalking, grill, interrogate, interrogating, interrogation, prying, pry, probe",
    "accept": "acceptance, accepted, accepting, accepts, made my peace, make peace, made peace, at peace, come to terms, peace with, live with it, ok with it, okay with it, fine with it, resign, resigned, "
    "resignation, tolerate, tolerates, tolerating, tolerance, put up with, putting up with, settle for, settling, grudging, grudgingly",
    "cope": "coping, copes, coped, manage, managing, handle, handling, hold it, holding it, sit with, sitting with, ride it out, bear, bearing, contain, swallow, cling on, white knuckle, white knuckling, grit my teeth",
    "trait": "personality, temperament, character, innate, inborn, born, gene, genes, genetic, dna, wired, hardwired, nature, inherent, natural, naturally, type, types",
    "learn": "learned, learnt, learning, learnable, skill, skills, nurture, taught, teach, teachable, pick up, train, training, practise, practice, practising, practicing, exercise, exercises",
    "opposite": "opposites, antonym, contrary, reverse, inverse, other side, flip side, flipside, anti, polar",
    "cultivate": "cultivating, develop, developing, devlop, nurture it, foster, grow, growing, build, building, get better at, work towards, get there",
    "chase": "chasing, chased, chases, hunt, hunting, pursue, try too hard, trying too hard, try so hard, trying so hard, harder i try, mirage, elusive, slips away, slip away, effort",
    "block": "blocks, blocked, blocking, blocker, blockers, barrier, barriers, obstacle, obstacles, in the way, get in the way, gets in the way, hinder, stops me, stop me, prevent, prevents",
    "journal": "journaling, journalling, journals, diary, diaries, dairy, notebook, notebooks, write, writes, writing, wrote, written, scribble, scribbling, pen, pages, morning pages",
    "identify": "figure out, figrue out, work out, pin down, pinpoint, underneath, root of, root cause, dig down, understand what, name it, naming, specific, specifically, exactly what",
    "support": "helpline, hotline, hotlines, helplines, crisis line, lifeline, samaritans",
    "suicide": "suicidal, suicde, kill myself, end it all, end my life, want to die, wanna die, self harm, hurt myself, harm myself, dont wanna be here, not want be here, cut myself, better off dead, unalive",
    "abuse": "abusive, abused, abuser, violent, violence, hit, hits, hitting, assault, coercion, threaten, threatened, threatens, unsafe, danger, dangerous, scares me, hurt me",
    "delete": "deleted, deleting, deletes, erase, erased, wipe, get rid of, remove",
    "private": "privacy, confidential, confidentiality, anonymous, secret from, who can see, can see, who sees",
    "checkin": "check in, check ins, checkins, entry, entries",
    "bot": "app, chatbot, ai, chatgpt, robot",
    "now": "rn, right now, this minute, this moment, at this moment, this second, currently, tonight, atm",
    "comfort": "comforting, console, consoling, reassure, reassurance, reassuring, reassured, cheer up, be there for, hold space, support a friend",
    "friendship": "kitchen table, ktp, hang out, hanging out",
    "meet": "meeting, meets, met, introduce, introduced, get to know, know each other, coffee with, get together",
    "parallel": "keep separate, keep things separate, dont want to meet, separate lives",
    "flash": "flashes, comes and goes, come and go, up and down, ups and downs, good days, bad days, rollercoaster, yo yo, fluctuate, fluctuating, waves, on and off, back to square one, square one, "
    "relapse, backslide, regress, setback",
    "both": "same time, at once, simultaneously, simultaneous, same minute, side by side, mixed feelings, mixed, conflicted, coexist, together with, at the same time",
    "know": "knows, knew, known, logically, logicaly, rationally, rational, intellectually, in my head, brain knows, on paper, in theory, head",
    "body": "gut, stomach, chest, heart, nervous system, tummy, belly",
    "base": "secure base, anchored, tether, tethered, safe haven, bond",
    "away": "gone, out of sight, apart, absence, absent, long distance, ldr",
    "outlet": "i am the one out, one who goes out, the one dating, one going out, go out, going out, goes out, my own date, my date",
    "long": "years, year, decade, decades, months",
    "want": "wanna, wants, wanted, wish, wishes, wished, hope, hopes, hoping, like to, would like",
    "feel": "feels, feeling, feelings, felt, feelt, emotion, emotions, emotional, feeling of, vibe, vibes",
    "love": "loves, loved, loving",
    "like": "likes, liked",
    "define": "definition, define, defined, means, meaning, mean by, explain, explained, explanation, eli5, whats the word, term",
    "help": "helps, helped, helping, helpful, tips, tip, advice, advise, hack, hacks",
    "try": "tries, tried, trying, tryng, attempt",
    "start": "begin, beginning, begins, beginner, newbie, newbies, new to this, newcomer, newcomers, noob, first time",
    "stop": "stops, stopped, stopping, quit, cease",
    "change": "changes, changed, changing, chnage, shift",
    "go": "goes, went, gone out, leaves, leave, leaving, left, gonna",
    "say": "says, said, saying, tell, tells, told, telling",
    "talk": "talks, talked, talking, speak, speaks, speaking, spoke, chat, discuss, conversation, bring up",
    "listen": "listens, listening, hear, hears, heard, hearing",
    "ok": "okay, fine, alright, all right, cool with, allowed",
    "think": "thinks, thought, thinking, thoughts",
    "phone": "mobile, cell, screen, scroll, scrolling, scrolls",
    "life": "lives, living",
    "wait": "waits, waited, waiting",
    "check": "checks, checked, checking",
    "real": "actual, truly, really, genuinely, genuine, true",
    "problem": "issue, issues, problems, trouble",
    "compare": "compares, compared, comparing, comparison, measure up, better than me",
    "role": "place, spot, position, title, special",
    "luck": "win, wins, success, successes, promotion, achievement, achievements, bonus, good news, good fortune",
    "others": "other, another, elsewhere, else",
    "relationship": "relationships, relatonship, relatonships, rship, marriage, married, coupledom, couple",
}

# Nearly the same: entries of a row count half for one another. Words are those left in FORMS, or any others.
GROUPS = {
    "gladness": "happy, glad, joy, thrill, warm, smile, beam, celebrate, cheer, compersion, laugh, giggle",
    "distress": "sad, cry, hurt, panic, scared, anxious, awful, struggle, suffer, distress, dying, wreck, sick, shaking, shake, throw up, vomit, knots",
    "envy": "jealous, control, threatened, threaten, possess, envy, compare, mine",
    "wrath": "angry, resent, hate, rage, mad, yeet, scream, annoyed",
    "nothing": "numb, shutdown, neutral, nothing, flat, zero, empty, relief, calm, bored, whatever, zen",
    "self-blame": "ashamed, guilt, broken, bad, petty, selfish, hypocrite, failure, fail, hopeless, lost cause, horrible person, monster, wrong, loser, pathetic, stupid, weak",
    "acting": "pretend, lie, smile, show, applaud, clap, enthusiasm, enthusiastic, wear, brave face, yay",
    "compulsion": "pressure, demand, force, require, must, have to, supposed, should, ought, duty, make me",
    "weapon": "demand, manipulate, use against, shut me up, end the conversation, throw, stick, card, accuse, punish",
    "judged": "gatekeep, ready, test, exam, role, rank, badge, score, grade, prove, measure, judge, report card, quiz",
    "limits": "limit, rule, control, agreement, no, permission, allow, ask, request, consent, say no, deal",
    "crisis": "support, suicide, abuse, emergency, police, number, crisis, harm, die, call, 911, 999",
    "alone": "lonely, ignore, need, sidelined, neglect, forgotten, miss, missing, starving",
    "rest": "calm, secure, base, anchor, peace, rest, steady, hold, trust",
    "left": "abandon, betray, lose, prefer, better, choose, threatened, leave",
    "past": "trauma, betray, childhood, past, old, ex, history, scar, baggage, years ago, memory",
    "stages": "stage, order, step, next, list, sequence, map, path, process, progress, timeline",
    "proof": "prove, research, psychologist, author, paper, essay, made up, who made, expert",
    "becoming": "learn, cultivate, change, become, grow, improve, develop, better at, how do i",
    "way": "block, wall, reason, stand between, why cant, missing, get past, obstacle, cause",
    "homecoming": "reconnect, ritual, greet, hug, cuddle, shower, door, morning after, bedtime, breakfast, goodbye, hello, welcome",
    "mending": "repair, fight, sorry, trust again, make right, messed up, broke, mistake, heal",
    "answering": "reply, text, phone, call, ignore, reach out, contact, hold, notice, attention, listen, reliable, dependable, count on",
    "tempo": "slow, fast, step, soon, pace, ready, early, wait, pause, stop, further, first date",
    "looking": "curious, spy, ask, details, question, know more, share, told, nosy",
    "peace": "accept, cope, neutral, tolerate, ok, used to, peace, live with, give up, fight",
    "paper": "journal, letter, list, record, note, book, read, page, draft, write down",
    "stranger": "meta, meet, parallel, friendship, imagine, picture, photo, coffee, dinner, holiday, introduce",
    "body-knows": "know, body, logic, believe, convince, brain, mind, theory",
    "changing": "flash, week, month, yesterday, again, lost, gone, last, today, day, back",
    "mixed": "both, mixed, half, also, and, yet, split, torn",
    "helping": "comfort, friend, someone, say, helpful, listen, tell them, reply, consoling, advice, venting, vent",
    "privacy-of": "private, delete, see, read, mod, server, log, data, checkin, backup, admin",
    "this-bot": "bot, command, card, checkin, reminder, app, server, slash",
    "not-ever": "never, not, forever, hope, give up, late, years, long, ever",
    "desire": "sex, horny, kink, body, platonic, romantic, asexual, ace, threesome, watch",
    "everyday": "luck, friend, sister, colleague, brother, sibling, strangers, nephew, child, hobby",
    "name-of": "define, word, mean, called, name, what is, term",
    "being-out": "outlet, go, guilt, text, date, home, cancel, fun, resent",
    "worth": "confident, insecure, worth, identity, self, myself, ugly, younger, prettier, pretty, compare, enough",
}

# Said everywhere, tells nothing.
STOP = (
    "a, an, the, and, or, but, so, to, of, in, on, at, by, for, from, with, as, is, am, are, was, were, be, been, being, it, its, that, thats, this, these, those, there, theres, here, i, we, they, you, "
    "do, does, did, done, doing, have, has, had, having, ve, s, t, d, m, ll, re, if, then, than, too, also, just, very, really, quite, even, still, only, about, into, out, up, down, off, over, again, all, any, "
    "some, such, what, whats, which, who, whom, whose, when, where, how, hows, why, can, could, will, would, shall, may, might, get, gets, got, getting, go, make, makes, made, let, lets, thing, things, stuff, "
    "lol, lmao, tbh, imo, idk, ngl, pls, please, plz, hi, hey, hello, ok, thanks, kinda, sorta, gotta, yeah, well, like, way, lot, bit, much, many, more, most, now, one, two, own, same, because, cos, cuz, coz, "
    "while, until, til, till, since, after, before, though, although, yet, both, each, every, around, through, between, during, whenever, whatever, however, say, think, know, want, ever, always, day, time, "
    "ago, since, something, anything, everything, nothing, come, came, see, look, take, put, keep, person, partner, feel, af, rn, abt, bc, rly, wtf, omg, ffs, irl, btw"
)

# Stand around the name of a term when somebody asks what it means.
ASKING_THE_MEANING = (
    "what, whats, is, are, does, do, a, an, the, mean, means, meaning, meant, by, of, define, defined, definition, explain, explained, explanation, term, word, phrase, stand, stands, for, please, pls, plz, "
    "in, this, that, here, context, can, could, someone, somebody, anyone, you, tell, me, us, to, hi, hey, hello, sorry, i, dont, know, when, people, folks, everyone, say, says, use, call, called, it, they, "
    "exactly, actually, even, on, about, newbie, question, quick, glossary, eli5, and, so, ok, keep, seeing, heard, hearing, but"
)

# Words that hardly anyone uses unless the question is ours.
OURS = "compersion, poly, meta, jealous, polycule"

# What a busy server talks about besides: each word speaks against a question being ours, unless the pack uses it too.
ELSEWHERE = {
    "games": (
        "game, games, gaming, gamer, raid, dungeon, boss, loot, potion, quest, guild, clan, lobby, ranked, duo, squad, server, minecraft, valorant, fortnite, roblox, league, overwatch, steam, xbox, "
        "playstation, ps5, nintendo, console, controller, patch, nerf, nerfed, buff, dps, healer, tank, respawn, fps, mmo, rpg, dnd, dice, campaign, bard, wizard, chess, tournament, speedrun, "
        "skin, skins, elden, pokemon, zelda, mario, silksong, mod pack, player, players, xp, level up, build, build guide"
    ),
    "code and machines": (
        "python, java, javascript, typescript, rust, html, css, sql, php, laravel, django, react, node, npm, pip, git, github, commit, merge, pull request, branch, repo, docker, container, kubernetes, "
        "linux, ubuntu, windows, mac, macbook, iphone, android, laptop, pc, cpu, gpu, ram, ssd, motherboard, keyboard, mouse, monitor, printer, router, wifi, ethernet, vpn, proxy, firewall, browser, "
        "chrome, firefox, certificate, ssl, dns, api, webhook, json, yaml, regex, compiler, compile, debug, bug, exception, stack trace, null, array, loop, variable, function, linked, "
        "database, query, index, server rack, code, coding, algorithm, script, install, uninstall, driver, update, download, upload, file, folder, zip, pdf, usb, hdmi, bluetooth, battery, charger, "
        "screenshot, overlay, headset, mic, webcam, font, pixel, render, blender, photoshop, premiere, video, audio, compression, compressor, compressed, plugin, linter, config, timezone, string, integer, version, licence, license"
    ),
    "food": (
        "recipe, cook, bake, bread, sourdough, pizza, pasta, ramen, noodles, rice, egg, eggs, chicken, beef, vegan, veggie, tofu, curry paste, dal, cheese, chocolate, cake, cookies, coffee beans, tea leaves, beer, wine, whisky, "
        "fryer, oven, grill temperature, sauce, spice, restaurant, takeaway menu, protein, calories, snack, snacks, chips, boil, pineapple, sandwich, avocado, soup, salad, flour, yeast"
    ),
    "sport and body": (
        "match, football, soccer, basketball, tennis, cricket, rugby, golf, hockey, goal, striker, transfer, league table, cup, final, race, grand prix, f1, marathon plan, gym, reps, biceps, squat, deadlift, treadmill, cycling, "
        "bike, bicycle, socks, shoes, trainers, swim, ski, team, coach bus, playoffs, season, penalty"
    ),
    "school and sums": (
        "homework, exam timetable, essay, lecture, chemistry, physics, biology, maths, math, algebra, calculus, equation, solve, integral, derivative, limit of, cos, sin, theorem, krebs, cycle, velocity, projectile, "
        "degrees, planet, moon, sky, comet visible, rover, telescope, capital of, history essay, shakespeare, macbeth, thesis statement, university, dissertation, translate, grammar, spanish, french, german, welsh, japanese"
    ),
    "money and errands": (
        "tax, taxes, invoice, freelance, bitcoin, crypto, eth, stock, stocks, fund, invest, mortgage rate, bank, loan, interest rate, insurance, refund, coupon, sale, price, shipping, parcel, delivery, amazon, ebay, ticket, tickets, "
        "gig, train, bus, flight, airport, hotel, passport, car, engine, tyre, tyres, brake, petrol, mileage, parking, plumber, leak, sofa, paint, wallpaper, shelf, furniture, lawn, garden, plant, compost, mattress, earplugs"
    ),
    "animals": "dog, puppy, cat, kitten, hamster, guinea, budgie, budgies, parrot, fish tank, aquarium, vet, breed, leash, litter, pellets, crate, horse, rabbit, snake, lizard, bird, birds, nesting boxes",
    "film and music": (
        "movie, film, series finale, episode, anime, manga, netflix show, actor, actress, director, trailer, spoiler, spoilers, song, album, band, guitar, bass, drum, drums, piano, chord, chords, playlist, spotify, vinyl, concert ticket, "
        "lyrics, genre, novel, author signing, chapter, comic, marvel, star wars, heist, season two, soundtrack, synth, remix, dj"
    ),
    "chat and discord": (
        "meme, memes, emoji, emojis, sticker, gif, nickname, avatar, banner, boost, nitro, thread, channel, pinned, pin this, ping everyone, mute, unmute, vc, voice chat, stream, streaming, twitch, youtube, tiktok, subreddit, upvote, "
        "giveaway, poll, vote, event, calendar, meetup time, birthday, congrats, gg, wp, good morning, good night, gn, brb, afk, nerds, spam, scam, captcha, webhook, ticket, artist role, role colour, filter, rules channel, timezone"
    ),
    "health, home and work": (
        "tooth, dentist, knee, back pain, headache, migraine, fever, vaccine, allergy, vitamins, prescription, ants, mice, mould, carpet, curtains, vacuum, detergent, laundry detergent, landlord, rent rise, tenant, broadband, "
        "electricity bill, boiler, drill, screws, deadline, spreadsheet, invoice, payroll, interview tips, cv, resume, salary, manager, intern, warranty, suede, shirt, boots, haircut, shampoo, lipstick, "
        "skincare, credit card, overdraft, pension, visa application, cheap, discount, refund, recommend, recommendations, brand, suv, electric car, water a day, york, manchester, lisbon, paris, tokyo"
    ),
    "weather and the world": "weather, rain forecast, snow, storm, clouds, temperature, election, president, minister, parliament, strike, war, news headline, stock market, earthquake, museum, kazakhstan, texas, canada post, leeds, berlin, london tube",
}
