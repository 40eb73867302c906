import { notFound } from 'next/navigation'
import { Stand } from '../../../components/stand'
import { walk } from '../../../data/pictures'

export const dynamicParams = false

export const generateStaticParams = () => walk.map(({ slug }) => ({ slug }))

const find = async (params) => {
  const { slug } = await params
  return walk.find((picture) => picture.slug === slug) ?? notFound()
}

export const generateMetadata = async ({ params }) => ({ title: (await find(params)).title })

export default async function Photo({ params }) {
  return <Stand picture={await find(params)} path="/photo" pictures={walk} />
}
