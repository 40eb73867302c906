// The collection: every picture with its words, in the order of the walk through the gallery.
// `photos/` are static imports, `public/pictures/` are plain paths, `origin/pictures/` come from another server.
import casaMila from '../photos/casa-mila.jpg'
import dandelion from '../photos/dandelion.jpg'
import dune from '../photos/dune.jpg'
import forgetMeNots from '../photos/forget-me-nots.jpg'
import highTrestle from '../photos/high-trestle.jpg'
import lakeSherburne from '../photos/lake-sherburne.jpg'
import osprey from '../photos/osprey.jpg'
import singapore from '../photos/singapore.jpg'
import spiral from '../photos/spiral.jpg'
import teaGardens from '../photos/tea-gardens.jpg'

const budgie = { name: 'Budgie Desktop Developers', licence: 'CC0' }

const local = (src, width, height, tone) => ({ src, width, height, tone })

const remote = (name, width, height, tone) => ({ remote: `/pictures/${name}`, width, height, tone })

export const hero = {
  slug: 'dune',
  image: dune,
  title: 'Six on the ridge',
  place: 'A dune in the wind',
  text: 'The sand leaves the crest as smoke. Two walkers, then four, and no sound at this distance.',
  credit: budgie,
}

export const rooms = [
  {
    id: 'land',
    title: 'Land and weather',
    note: 'Static imports. The blur that you may see for a moment is eight pixels wide and came with the page.',
    rows: [
      [
        {
          slug: 'lake-sherburne',
          image: lakeSherburne,
          title: 'Lake Sherburne',
          place: 'Montana, United States',
          text: 'Snow on the ridge, and the ridge once more in the water, a little softer.',
          credit: budgie,
        },
        {
          slug: 'forget-me-nots',
          image: forgetMeNots,
          title: 'Blue, in shade',
          place: 'Forget-me-nots',
          text: 'One cluster is sharp. The rest of the garden is only its color.',
          credit: budgie,
        },
      ],
      [
        {
          slug: 'dandelion',
          image: dandelion,
          title: 'Seeding',
          place: 'A meadow, late',
          text: 'Low sun through a hundred parachutes. Fine hair against soft green is hard on every encoder.',
          credit: { name: 'Clemens Engelhardt', licence: 'CC0' },
        },
        {
          slug: 'tea-gardens',
          image: teaGardens,
          title: 'Amidst the tea gardens',
          place: 'Fog on the upper rows',
          text: 'The hill is combed into contour lines, and the fog rubs out the top of the page.',
          credit: budgie,
        },
      ],
    ],
  },
  {
    id: 'stone',
    title: 'Stone and steel',
    note: 'Some are static imports and some lie in public/. The address of each one has the same shape.',
    rows: [
      [
        {
          slug: 'casa-mila',
          image: casaMila,
          title: 'Casa Milà, looking up',
          place: 'Barcelona, Spain',
          text: 'A courtyard by Gaudí as a lens: nine floors of windows around one piece of sky.',
          credit: budgie,
        },
        {
          slug: 'high-trestle',
          image: highTrestle,
          title: 'High Trestle',
          place: 'Iowa, United States',
          text: 'Steel frames turn around the path, one after the other, like a shutter closing on the far bank.',
          credit: budgie,
        },
        {
          slug: 'beacon-street',
          image: local('/pictures/beacon-street.jpg', 1600, 2000, '#8a5a2b'),
          title: 'Beacon Street',
          place: 'Boston, United States',
          text: 'The last minute of a winter day, poured down one street.',
          credit: budgie,
        },
      ],
      [
        {
          slug: 'singapore',
          image: singapore,
          title: 'Marina, blue hour',
          place: 'Singapore',
          text: 'Each tower writes its own colored line on the water.',
          credit: budgie,
        },
        {
          slug: 'colosseum',
          image: local('/pictures/colosseum.jpg', 2000, 1125, '#31505c'),
          title: 'Arches',
          place: 'Rome, Italy',
          text: 'Lamplight inside, evening outside, and two thousand years of wall between them.',
          credit: budgie,
        },
      ],
    ],
  },
  {
    id: 'lives',
    title: 'Small lives',
    note: 'Feathers, fur and twigs: what a quality of 75 has to keep.',
    rows: [
      [
        {
          slug: 'otters',
          image: local('/pictures/otters.jpg', 2000, 1125, '#4d5148'),
          title: 'Otters at noon',
          place: 'Oakland Zoo',
          text: 'One keeps watch. The other has seen something blue.',
          credit: budgie,
        },
        {
          slug: 'osprey',
          image: osprey,
          title: 'Perched osprey',
          place: 'Among the pines',
          text: 'Yellow eyes, and nowhere to be.',
          credit: budgie,
        },
        {
          slug: 'canyon-wren',
          image: local('/pictures/canyon-wren.jpg', 2000, 1333, '#a3a09c'),
          title: 'Canyon wren',
          place: 'On a borrowed rock',
          text: 'Twelve grams of bird, a ton of rock.',
          credit: budgie,
        },
      ],
    ],
  },
  {
    id: 'form',
    title: 'Ink and form',
    note: 'A WebP and a PNG are among the sources. What you are sent depends on your browser, not on them.',
    rows: [
      [
        {
          slug: 'ocean-waves',
          image: local('/pictures/ocean-waves.jpg', 2000, 1125, '#2f5a7d'),
          title: 'Ocean waves',
          place: 'Woodblock print',
          text: 'The grain of the paper is as much a part of it as the wave.',
          credit: budgie,
        },
        {
          slug: 'spiral',
          image: spiral,
          title: 'Spiral',
          place: 'Facade, black and white',
          text: 'A thousand scales, each one lit a little less than the one before.',
          credit: budgie,
        },
      ],
      [
        {
          slug: 'isobars',
          image: local('/pictures/isobars.png', 1600, 1600, '#22304a'),
          title: 'Isobars',
          place: 'Drawn by a program',
          text: 'Noise, bent by noise, bent by noise, and cut into twelve inks.',
          credit: { name: 'pixmill', licence: 'CC0' },
        },
        {
          slug: 'piazza',
          image: local('/pictures/piazza.webp', 2000, 1333, '#131213'),
          title: 'Through the opening',
          place: 'Piazza Gae Aulenti, Milan',
          text: 'A tower, framed by a building that has become an eye.',
          credit: budgie,
        },
      ],
    ],
  },
]

export const orbit = {
  id: 'orbit',
  title: 'From another origin',
  note: 'These four are fetched from a second server, which this example starts itself. Pixmill asks it once.',
  rows: [
    [
      {
        slug: 'saturn',
        image: remote('saturn.jpg', 2560, 1097, '#000'),
        title: 'Saturnian profile',
        place: '1.4 billion kilometers out',
        text: 'The rings throw their shadow on the planet, and the planet throws its own back on the rings.',
        credit: { name: 'Budgie Desktop Developers', licence: 'CC0' },
      },
    ],
    [
      {
        slug: 'earth',
        image: remote('earth.webp', 1600, 1600, '#000'),
        title: 'Marble',
        place: 'Earth',
        text: 'A whole planet with its alpha channel. Satellite data of the land, wrapped around a sphere.',
        credit: { name: 'NASA Earth Observatory', licence: 'Public domain' },
      },
      {
        slug: 'deep-field',
        image: remote('deep-field.jpg', 1000, 872, '#000'),
        title: 'Deep field',
        place: 'A patch of sky in Fornax',
        text: 'Some 5,500 galaxies, the faintest of them 13.2 billion years old, in a piece of sky smaller than the Moon.',
        credit: { name: 'NASA, ESA, Hubble', licence: 'Public domain' },
      },
      {
        slug: 'moon',
        image: remote('moon.jpg', 1600, 1600, '#000'),
        title: 'Waxing',
        place: 'The Moon',
        text: 'Copernicus and Tycho with their rays; the night side begins at the Ocean of Storms.',
        credit: { name: 'USGS, Clementine', licence: 'Public domain' },
      },
    ],
  ],
}

export const walk = [hero, ...rooms.flatMap((room) => room.rows.flat())]
export const orbitWalk = orbit.rows.flat()
